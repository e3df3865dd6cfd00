package dev.tidings.e2e.sources;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The threads that the documents tell of, with what happens if they end.
 *
 * @param rows in the order of the page
 */
public record ThreadTable(List<Row> rows) {
  private static final String HEADING = "\n## Threads\n";
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");
  private static final String EACH = "each";

  /**
   * A row.
   *
   * @param end what happens if an exception ends one of them
   * @param service whose threads these are, or {@code each}
   * @param names with {@code …} for what differs
   */
  public record Row(String end, String service, Set<String> names) {
    /** Whether the process ends with it. */
    boolean isVital() {
      return end.startsWith("the process ends");
    }
  }

  /** Reads the table of the checkout. */
  public static ThreadTable read() {
    String page =
        Text.named("operations.md").stream()
            .filter(each -> each.path().equals("docs/operations.md"))
            .findFirst()
            .orElseThrow()
            .content();
    int start = page.indexOf(HEADING) + HEADING.length();
    List<Row> rows = new ArrayList<>();
    String end = "";
    for (String line : page.substring(start, page.indexOf("\n## ", start)).lines().toList()) {
      String[] cells = line.split(" \\| ", 3);
      if (cells.length < 3 || !line.contains("`")) {
        continue;
      }
      String said = cells[0].replaceFirst("^\\|", "").strip();
      end = said.isEmpty() ? end : said;
      Set<String> names = new TreeSet<>();
      NAME.matcher(cells[2])
          .results()
          .map(each -> each.group(1))
          .filter(each -> !each.startsWith("/"))
          .forEach(names::add);
      rows.add(new Row(end, cells[1].strip(), names));
    }
    return new ThreadTable(rows);
  }

  /** Returns the names of the threads with which a service ends. */
  Set<String> vital(String service) {
    Set<String> vital = new TreeSet<>();
    rows.stream()
        .filter(row -> row.isVital() && isOf(row, service))
        .forEach(row -> vital.addAll(row.names()));
    return vital;
  }

  /** Returns whether a service has a thread of this name. */
  public boolean has(String service, String thread) {
    return rows.stream()
        .filter(row -> isOf(row, service))
        .flatMap(row -> row.names().stream())
        .anyMatch(name -> pattern(name).matcher(thread).matches());
  }

  private static boolean isOf(Row row, String service) {
    return row.service().equals(EACH) || row.service().equals(service);
  }

  private static Pattern pattern(String name) {
    // Kafka's clients put their ids behind the names of their threads.
    return Pattern.compile(
        Pattern.quote(name).replace("…", "\\E.*\\Q") + "(?: \\| .*)?", Pattern.DOTALL);
  }
}
