package dev.tidings.infra.cli.output;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows under a heading: columns for people, an object for each row for programs. */
public final class Table {
  private final List<String> heading;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... heading) {
    this.heading = List.of(heading);
  }

  public void row(String... values) {
    rows.add(List.of(values));
  }

  /** Returns a time as it is shown: to the second. */
  public static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Prints the rows in columns, under the heading. */
  void printColumns(PrintWriter out) {
    List<List<String>> all = new ArrayList<>();
    all.add(heading);
    all.addAll(rows);
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        line.append(row.get(column)).append(" ".repeat(padding(all, column, row.get(column))));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static int padding(List<List<String>> all, int column, String value) {
    int width = all.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    return width - value.length() + 2;
  }

  /** Prints an object for each row; an empty value is left out. */
  void printObjects(PrintWriter out) {
    for (List<String> row : rows) {
      Facts facts = Facts.none();
      for (int column = 0; column < row.size(); column++) {
        facts.and(name(heading.get(column)), row.get(column).isEmpty() ? null : row.get(column));
      }
      out.println(facts.json());
    }
  }

  /** Returns the name of a field: {@code not after} becomes {@code notAfter}. */
  private static String name(String column) {
    StringBuilder name = new StringBuilder();
    for (String word : column.split(" ", -1)) {
      name.append(
          name.isEmpty()
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return name.toString();
  }
}
