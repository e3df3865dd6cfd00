package dev.tidings.schemas.question;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who has joined topics, of the devices of one delivery node.
 *
 * @param partitions those of its partitions whose devices are counted, each of them whole
 * @param joins how many devices have joined, once for each topic
 * @param rows some of the topics or of the devices, in the order of {@link DeviceList}, each with
 *     how many of the joins are its
 * @param more whether others follow
 */
public record JoinList(
    SortedSet<Integer> partitions, long joins, SortedMap<String, Long> rows, boolean more) {
  /** The order of the rows. */
  public static final Comparator<String> ORDER = DeviceList.ORDER;

  private static final String MORE = "more";
  private static final String ALL = "all";

  public JoinList {
    partitions = Collections.unmodifiableSortedSet(new TreeSet<>(partitions));
    SortedMap<String, Long> ordered = new TreeMap<>(ORDER);
    ordered.putAll(rows);
    rows = Collections.unmodifiableSortedMap(ordered);
  }

  /** Returns it as text: what is counted, the partitions, and a line for each row. */
  public String text() {
    StringBuilder text = new StringBuilder(more ? MORE : ALL).append(' ').append(joins);
    text.append('\n').append(String.join(" ", partitions.stream().map(String::valueOf).toList()));
    rows.forEach((name, count) -> text.append('\n').append(count).append(' ').append(name));
    return text.toString();
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static JoinList parse(String text) {
    List<String> lines = List.of(text.split("\n", -1));
    if (lines.size() < 2 || !lines.getFirst().contains(" ")) {
      throw new IllegalArgumentException(
          "joins: " + lines.size() + " lines (expected: two or more)");
    }
    String[] head = lines.getFirst().split(" ", 2);
    SortedSet<Integer> partitions = new TreeSet<>();
    for (String each : lines.get(1).split(" ", -1)) {
      if (!each.isEmpty()) {
        partitions.add(Integer.valueOf(each));
      }
    }
    SortedMap<String, Long> rows = new TreeMap<>(ORDER);
    for (String each : lines.subList(2, lines.size())) {
      int end = each.indexOf(' ');
      rows.put(each.substring(end + 1), Long.valueOf(each.substring(0, Math.max(0, end))));
    }
    return new JoinList(partitions, Long.parseLong(head[1]), rows, head[0].equals(MORE));
  }
}
