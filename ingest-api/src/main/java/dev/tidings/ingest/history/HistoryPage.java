package dev.tidings.ingest.history;

import dev.tidings.http.Response;
import dev.tidings.ingest.json.JsonAnswer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of some partitions, in the order of the question.
 *
 * @param end the place up to which all rows are here; null if there are no more
 */
record HistoryPage(List<Row> rows, byte @Nullable [] end) {
  private static final HexFormat HEX = HexFormat.of();
  private static final String NO_MORE = "-";

  /**
   * A row.
   *
   * @param json an object in ASCII, without line ends
   */
  record Row(byte[] place, String json) {}

  /** Returns the page of all partitions. */
  static HistoryPage of(List<HistoryPage> parts, HistoryQuery query) {
    byte @Nullable [] first = null;
    for (HistoryPage part : parts) {
      first = first(first, part.end(), query);
    }
    byte @Nullable [] end = first;
    List<Row> rows =
        parts.stream()
            .flatMap(part -> part.rows().stream())
            .filter(row -> end == null || query.compare(row.place(), end) <= 0)
            .sorted((one, other) -> query.compare(one.place(), other.place()))
            .toList();
    if (rows.size() <= query.limit()) {
      return new HistoryPage(rows, end);
    }
    List<Row> page = rows.subList(0, query.limit());
    return new HistoryPage(page, page.getLast().place());
  }

  /** Returns the first of two ends; null if there is none. */
  static byte @Nullable [] first(
      byte @Nullable [] one, byte @Nullable [] other, HistoryQuery query) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return query.compare(one, other) <= 0 ? one : other;
  }

  /** Returns it as one node tells it to another: a line with its end, and one for each row. */
  byte[] text() {
    StringBuilder text = new StringBuilder(end == null ? NO_MORE : HEX.formatHex(end));
    for (Row row : rows) {
      text.append('\n').append(HEX.formatHex(row.place())).append(' ').append(row.json());
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads what another node tells.
   *
   * @throws IllegalArgumentException if it is no page
   */
  static HistoryPage parse(byte[] text) {
    String[] lines = new String(text, StandardCharsets.US_ASCII).split("\n", -1);
    List<Row> rows = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      String[] parts = lines[i].split(" ", 2);
      if (parts.length != 2) {
        throw new IllegalArgumentException("no row of the history: " + lines[i].length());
      }
      rows.add(new Row(HEX.parseHex(parts[0]), parts[1]));
    }
    return new HistoryPage(rows, lines[0].equals(NO_MORE) ? null : HEX.parseHex(lines[0]));
  }

  /** Returns the answer: {@code {"notifications":[…],"next":…}}. */
  Response response(HistoryQuery query) {
    return JsonAnswer.ok(out -> {
      out.writeArrayFieldStart("notifications");
      for (Row row : rows) {
        out.writeRawValue(row.json());
      }
      out.writeEndArray();
      Optional<String> next =
          Optional.ofNullable(end).map(place -> query.after(new HistoryCursor(place)).text());
      if (next.isPresent()) {
        out.writeStringField("next", HistoryParts.PATH + '?' + next.get());
      }
    });
  }
}
