package dev.tidings.schemas.question;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a delivery node says of itself.
 *
 * @param node as traces name it
 * @param version of its program
 * @param devices how devices prove who they are: open, jwt or mtls
 * @param sockets where devices reach it from web pages
 * @param partitions which are its own
 * @param values counters since its start, and gauges, by their names
 * @param latency how many notifications were confirmed within how many milliseconds of their
 *     acceptance, each with those of all before it
 */
public record NodeFigures(
    String node,
    String version,
    String devices,
    List<Socket> sockets,
    SortedSet<Integer> partitions,
    SortedMap<String, Double> values,
    SortedMap<Double, Double> latency) {
  /** A longer list is not read. */
  private static final int MOST_LINES = 20_000;

  /**
   * Where WebSockets are opened.
   *
   * @param scheme ws or wss
   */
  public record Socket(String scheme, String host, int port) {}

  /** Returns a value; 0 if the node does not tell it. */
  public double value(String name) {
    return values.getOrDefault(name, 0.0);
  }

  /** Returns it as text: a line for each fact. */
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add("node " + node);
    lines.add("version " + version);
    lines.add("devices " + devices);
    sockets.forEach(at -> lines.add("socket " + at.scheme() + ' ' + at.port() + ' ' + at.host()));
    partitions.forEach(number -> lines.add("partition " + number));
    values.forEach((name, value) -> lines.add("value " + name + ' ' + value));
    latency.forEach((millis, count) -> lines.add("latency " + millis + ' ' + count));
    return String.join("\n", lines);
  }

  /** Reads one; facts of another version are left out. */
  public static NodeFigures parse(String text) {
    Map<String, String> named = new TreeMap<>();
    List<Socket> sockets = new ArrayList<>();
    SortedSet<Integer> partitions = new TreeSet<>();
    SortedMap<String, Double> values = new TreeMap<>();
    SortedMap<Double, Double> latency = new TreeMap<>();
    text.lines()
        .limit(MOST_LINES)
        .forEach(line -> {
          String[] words = line.split(" ", -1);
          try {
            switch (words[0]) {
              case "socket" -> sockets.add(new Socket(words[1], words[3], number(words[2])));
              case "partition" -> partitions.add(number(words[1]));
              case "value" -> values.put(words[1], Double.valueOf(words[2]));
              case "latency" -> latency.put(Double.valueOf(words[1]), Double.valueOf(words[2]));
              default -> named.put(words[0], line.substring(line.indexOf(' ') + 1));
            }
          } catch (NumberFormatException | IndexOutOfBoundsException e) {
            // Of another version: what it says is not understood.
          }
        });
    return new NodeFigures(
        named.getOrDefault("node", ""),
        named.getOrDefault("version", ""),
        named.getOrDefault("devices", ""),
        List.copyOf(sockets),
        partitions,
        values,
        latency);
  }

  private static int number(String text) {
    return Integer.parseInt(text);
  }
}
