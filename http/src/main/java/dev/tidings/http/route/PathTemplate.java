package dev.tidings.http.route;

import java.util.HashSet;
import java.util.Set;

/**
 * A path in which some segments are parameters: {@code /v1/notifications/{id}}. A parameter stands
 * for exactly one segment, and not for an empty one; segments are compared as they arrive, without
 * decoding. Matching allocates nothing. Immutable.
 */
public final class PathTemplate implements Comparable<PathTemplate> {
  /** A segment: a literal, or a parameter with its name. */
  private record Segment(String text, boolean isParameter) {
    boolean matches(String path, int from, int to) {
      return isParameter ? to > from : to - from == text.length() && path.startsWith(text, from);
    }
  }

  private final String text;
  private final Segment[] segments;

  private PathTemplate(String text, Segment[] segments) {
    this.text = text;
    this.segments = segments;
  }

  /**
   * Reads a template.
   *
   * @param text begins with a slash; a segment in braces is a parameter
   * @throws IllegalArgumentException if it is malformed, or has a parameter twice
   */
  public static PathTemplate of(String text) {
    if (!text.startsWith("/")) {
      throw malformed(text);
    }
    String[] parts = text.substring(1).split("/", -1);
    Segment[] segments = new Segment[parts.length];
    Set<String> names = new HashSet<>();
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      boolean parameter = part.startsWith("{") && part.endsWith("}");
      String name = parameter ? part.substring(1, part.length() - 1) : part;
      if (name.indexOf('{') >= 0
          || name.indexOf('}') >= 0
          || (parameter && (name.isEmpty() || !names.add(name)))) {
        throw malformed(text);
      }
      segments[i] = new Segment(name, parameter);
    }
    return new PathTemplate(text, segments);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "path: " + text + " (expected: a template such as /v1/notifications/{id})");
  }

  /** Whether a path is one of those the template stands for. */
  public boolean matches(String path) {
    int at = 0;
    for (Segment segment : segments) {
      if (at >= path.length() || path.charAt(at) != '/') {
        return false;
      }
      int end = end(path, at + 1);
      if (!segment.matches(path, at + 1, end)) {
        return false;
      }
      at = end;
    }
    return at == path.length();
  }

  /**
   * A parameter of a path that matches.
   *
   * @throws IllegalArgumentException if the template has no such parameter, or the path is another
   */
  public String parameter(String path, String name) {
    int at = 0;
    for (Segment segment : segments) {
      int end = end(path, at + 1);
      if (segment.isParameter() && segment.text().equals(name) && end > at + 1) {
        return path.substring(at + 1, end);
      }
      at = Math.min(end, path.length() - 1);
    }
    throw new IllegalArgumentException(
        "parameter: " + name + " (expected: one of " + text + ", and a path that matches it)");
  }

  private static int end(String path, int from) {
    int slash = path.indexOf('/', from);
    return slash < 0 ? path.length() : slash;
  }

  /** Orders a literal before a parameter, so that the more specific template is found first. */
  @Override
  public int compareTo(PathTemplate other) {
    int common = Math.min(segments.length, other.segments.length);
    for (int i = 0; i < common; i++) {
      Segment mine = segments[i];
      Segment theirs = other.segments[i];
      int order =
          mine.isParameter() == theirs.isParameter()
              ? mine.isParameter() ? 0 : mine.text().compareTo(theirs.text())
              : Boolean.compare(mine.isParameter(), theirs.isParameter());
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(segments.length, other.segments.length);
  }

  /** Whether both stand for the same paths, whatever their parameters are called. */
  @Override
  public boolean equals(Object other) {
    return other instanceof PathTemplate template && compareTo(template) == 0;
  }

  @Override
  public int hashCode() {
    return segments.length;
  }

  @Override
  public String toString() {
    return text;
  }
}
