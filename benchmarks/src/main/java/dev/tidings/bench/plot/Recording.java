package dev.tidings.bench.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a command has printed, and when: lines that begin with a time, as those of {@code ./tidings
 * demo}, and others, which came with the one before. A pause longer than a moment is cut to it.
 *
 * @param lines in order, with the seconds since the beginning
 */
public record Recording(List<Line> lines) {
  /** The longest pause between two lines. */
  static final double MOMENT = 1.0;

  private static final int MOST_LINES = 60;
  private static final int MOST_WIDTH = 132;
  private static final Pattern STAMP = Pattern.compile("\\[ *(\\d{1,5}\\.\\d)s\\] .*");

  public Recording {
    lines = List.copyOf(lines);
  }

  /** A line, as it was printed. */
  public record Line(String text, double at) {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if nothing in it has a time, or it is too large for a picture
   */
  public static Recording of(List<String> printed) {
    if (printed.size() > MOST_LINES
        || printed.stream().anyMatch(line -> width(line) > MOST_WIDTH)) {
      throw new IllegalArgumentException(
          "recording: %d lines (expected: at most %d, of at most %d characters)"
              .formatted(printed.size(), MOST_LINES, MOST_WIDTH));
    }
    List<Line> lines = new ArrayList<>();
    double at = MOMENT;
    double before = -1;
    for (String text : printed) {
      Matcher stamp = STAMP.matcher(text);
      if (stamp.matches()) {
        double now = Double.parseDouble(stamp.group(1));
        at += before < 0 ? 0 : Math.clamp(now - before, 0, MOMENT);
        before = now;
      }
      lines.add(new Line(text, at));
    }
    if (before < 0) {
      throw new IllegalArgumentException("recording: no line with a time (expected: [  1.2s] …)");
    }
    return new Recording(lines);
  }

  private static int width(String line) {
    return line.codePointCount(0, line.length());
  }

  /** The width of the widest line, in characters. */
  int width() {
    return lines.stream().mapToInt(line -> width(line.text())).max().orElse(0);
  }

  /** When the last line came. */
  double end() {
    return lines.getLast().at();
  }
}
