package dev.tidings.ingest.history.statistics;

import dev.tidings.ingest.trace.index.DayCounts;
import dev.tidings.schemas.value.Category;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The counts of apps, days and categories. Not thread-safe. */
final class CountedDays {
  private static final HexFormat HEX = HexFormat.of();

  private final SortedMap<Of, DayCounts> counts = new TreeMap<>();

  /**
   * A category of an app on a day.
   *
   * @param day counted from the epoch
   * @param category {@link Category#NONE} for notifications without one
   */
  record Of(String app, long day, String category) implements Comparable<Of> {
    private static final Comparator<Of> ORDER =
        Comparator.comparing(Of::app).thenComparingLong(Of::day).thenComparing(Of::category);

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

  void add(String app, Map<DayCounts.Of, DayCounts> days) {
    days.forEach((of, more) -> add(new Of(app, of.day(), of.category()), more));
  }

  /** Adds the same without what is told apart by the category. */
  void addTogether(String app, Map<DayCounts.Of, DayCounts> days) {
    days.forEach((of, more) -> add(new Of(app, of.day(), Category.NONE), more));
  }

  /** Returns how many counts there are. */
  int size() {
    return counts.size();
  }

  /** Returns those of one category. */
  CountedDays of(String category) {
    CountedDays some = new CountedDays();
    counts.forEach((of, count) -> {
      if (of.category().equals(category)) {
        some.add(of, count);
      }
    });
    return some;
  }

  /** Returns the categories, those with the most notifications first. */
  List<String> categories() {
    Map<String, Long> accepted = new TreeMap<>();
    counts.forEach((of, count) -> accepted.merge(of.category(), count.accepted(), Long::sum));
    return accepted.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .toList();
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

  /** Returns it as one node tells it to another: a line for each app, day and category. */
  byte[] text() {
    StringBuilder text = new StringBuilder();
    counts.forEach((of, count) ->
        text.append(of.app())
            .append(' ')
            .append(of.day())
            .append(' ')
            .append(HEX.formatHex(count.written()))
            .append(of.category().equals(Category.NONE) ? "" : ' ' + of.category())
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
      String[] parts = line.split(" ", 4);
      if (parts.length < 3) {
        throw new IllegalArgumentException("no counts: a line of " + parts.length + " parts");
      }
      String category = parts.length == 3 ? Category.NONE : parts[3];
      read.add(
          new Of(parts[0], Long.parseLong(parts[1]), category),
          DayCounts.read(HEX.parseHex(parts[2])));
    }
    return read;
  }
}
