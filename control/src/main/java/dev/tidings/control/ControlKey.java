package dev.tidings.control;

import java.nio.charset.StandardCharsets;

/**
 * The key of an entry: a kind, a slash and a name.
 *
 * @param kind without a slash
 * @param name unique among the entries of a kind; empty for a kind that has one entry
 */
public record ControlKey(String kind, String name) {
  private static final char SEPARATOR = '/';

  /** Returns the key of an entry. */
  public static ControlKey of(ControlKind<?> kind, String name) {
    return new ControlKey(kind.name(), name);
  }

  /** Returns the key of a record. */
  static ControlKey of(byte[] key) {
    String text = new String(key, StandardCharsets.UTF_8);
    int end = text.indexOf(SEPARATOR);
    return end < 0
        ? new ControlKey(text, "")
        : new ControlKey(text.substring(0, end), text.substring(end + 1));
  }

  /** Returns the key as it is in the topic. */
  public byte[] bytes() {
    String text = name.isEmpty() ? kind : kind + SEPARATOR + name;
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Returns the name that a value of this kind is serialised under instead of the topic's: each
   * kind has a schema, and a subject, of its own.
   *
   * @param topic the name of {@code control}
   */
  public String serialisedAs(String topic) {
    return topic + "-" + kind;
  }
}
