package dev.tidings.ingest.history.statistics;

import dev.tidings.ingest.trace.index.DayCounts;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The counts of apps and days. Not thread-safe. */
final class CountedDays {
  private static final HexFormat HEX = HexFormat.of();

  private final SortedMap<Of, DayCounts> counts = new TreeMap<>();

  /**
   * An app on a day.
   *
   * @param day counted from the epoch
   */
  record Of(String app, long day) implements Comparable<Of> {
    private static final Comparator<Of> ORDER =
        Comparator.comparing(Of::app).thenComparingLong(Of::day);

    @Override
    public int compareTo(Of other) {
      return ORDER.compare(this, other);
    }
  }

  /** Returns the sum of what several nodes have. */
  static CountedDays of(List<CountedDays> parts) {
    CountedDays sum = new CountedDays();
    parts.forEach(part -> part.counts.forEach(sum::add));
    return sum;
  }

  void add(String app, Map<Long, DayCounts> days) {
    days.forEach((day, more) -> add(new Of(app, day), more));
  }

  private void add(Of of, DayCounts more) {
    counts.merge(of, more, DayCounts::plus);
  }

  /** Returns the sum of some. */
  DayCounts sum(Predicate<Of> wanted) {
    DayCounts sum = DayCounts.NONE;
    for (Map.Entry<Of, DayCounts> each : counts.entrySet()) {
      if (wanted.test(each.getKey())) {
        sum = sum.plus(each.getValue());
      }
    }
    return sum;
  }

  /** Returns it as one node tells it to another: a line for each app and day. */
  byte[] text() {
    StringBuilder text = new StringBuilder();
    counts.forEach((of, count) ->
        text.append(of.app())
            .append(' ')
            .append(of.day())
            .append(' ')
            .append(HEX.formatHex(count.written()))
            .append('\n'));
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads what another node tells.
   *
   * @throws IllegalArgumentException if it is none of it
   */
  static CountedDays parse(byte[] text) {
    CountedDays read = new CountedDays();
    for (String line : new String(text, StandardCharsets.US_ASCII).lines().toList()) {
      String[] parts = line.split(" ", 3);
      if (parts.length != 3) {
        throw new IllegalArgumentException("no counts: a line of " + parts.length + " parts");
      }
      read.add(new Of(parts[0], Long.parseLong(parts[1])), DayCounts.read(HEX.parseHex(parts[2])));
    }
    return read;
  }
}
