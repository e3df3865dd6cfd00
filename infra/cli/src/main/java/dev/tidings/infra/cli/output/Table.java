package dev.tidings.infra.cli.admin;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** A table for people: a heading, a row for each entry. */
final class Columns {
  private final List<List<String>> rows = new ArrayList<>();

  Columns(String... heading) {
    rows.add(List.of(heading));
  }

  void row(String... values) {
    rows.add(List.of(values));
  }

  static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  void print(PrintWriter out) {
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        line.append(row.get(column)).append(" ".repeat(padding(column, row.get(column))));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private int padding(int column, String value) {
    int width = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    return width - value.length() + 2;
  }
}
