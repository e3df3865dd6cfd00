package dev.tidings.ingest.history.statistics;

import dev.tidings.http.Response;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.ingest.trace.index.DayCounts;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.value.Category;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes counts, as JSON or as CSV (RFC 4180). */
final class StatisticsAnswer {
  private static final AsciiString CSV =
      AsciiString.cached("text/csv; charset=utf-8; header=present");

  /** Those that have ended without their devices, by why. */
  private static final List<Outcome> DISCARDED =
      List.of(
          Outcome.EXPIRED,
          Outcome.COLLAPSED,
          Outcome.UNREGISTERED,
          Outcome.EVICTED,
          Outcome.WITHDRAWN,
          Outcome.REJECTED);

  /** So many rows at most; the last one has those of all other categories together. */
  static final int MOST_CATEGORIES = 100;

  /** What a row about an outcome tells. */
  private static final String NOTIFICATIONS = "notifications";

  private StatisticsAnswer() {}

  /** A row: what it is about, and its numbers by their names. */
  private record Row(String about, Map<String, Long> numbers) {}

  static Response of(CountedDays counted, StatisticsQuery query) {
    List<Row> rows = rows(counted, query);
    return query.csv() ? csv(rows, query) : json(rows, query);
  }

  private static List<Row> rows(CountedDays all, StatisticsQuery query) {
    @Nullable String only = query.category();
    CountedDays counted = only == null ? all : all.of(only);
    List<Row> rows = new ArrayList<>();
    switch (query.by()) {
      case DAY -> {
        for (LocalDate day = query.from(); !day.isAfter(query.to()); day = day.plusDays(1)) {
          long epochDay = day.toEpochDay();
          rows.add(new Row(day.toString(), numbers(counted.sum(of -> of.day() == epochDay))));
        }
      }
      case APP -> {
        for (String app : query.apps()) {
          rows.add(new Row(app, numbers(counted.sum(of -> of.app().equals(app)))));
        }
      }
      case CATEGORY -> {
        List<String> categories = counted.categories();
        int shown = categories.size() <= MOST_CATEGORIES ? categories.size() : MOST_CATEGORIES - 1;
        for (String category : categories.subList(0, shown)) {
          rows.add(new Row(category, numbers(counted.sum(of -> of.category().equals(category)))));
        }
        if (shown < categories.size()) {
          Set<String> others = Set.copyOf(categories.subList(shown, categories.size()));
          rows.add(
              new Row(Category.OTHERS, numbers(counted.sum(of -> others.contains(of.category())))));
        }
      }
      case OUTCOME -> {
        DayCounts sum = counted.sum(_ -> true);
        for (Outcome outcome : Outcome.values()) {
          if (outcome != Outcome.REPEATED && (outcome != Outcome.UNKNOWN || sum.of(outcome) > 0)) {
            rows.add(new Row(lower(outcome), Map.of(NOTIFICATIONS, sum.of(outcome))));
          }
        }
      }
    }
    return rows;
  }

  private static Map<String, Long> numbers(DayCounts counts) {
    Map<String, Long> numbers = new LinkedHashMap<>();
    numbers.put("accepted", counts.accepted());
    numbers.put("pending", counts.of(Outcome.PENDING));
    numbers.put("delivered", counts.of(Outcome.DELIVERED));
    numbers.put("displayed", counts.displayed());
    numbers.put("opened", counts.opened());
    numbers.put("discarded", DISCARDED.stream().mapToLong(counts::of).sum());
    DISCARDED.forEach(outcome -> numbers.put(lower(outcome), counts.of(outcome)));
    return numbers;
  }

  /** Those of each row, also where there is none: of no category. */
  private static Iterable<String> columns(StatisticsQuery query) {
    return query.by() == StatisticsQuery.By.OUTCOME
        ? List.of(NOTIFICATIONS)
        : numbers(DayCounts.NONE).keySet();
  }

  private static String lower(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  private static Response json(List<Row> rows, StatisticsQuery query) {
    return JsonAnswer.ok(out -> {
      out.writeStringField("from", query.from().toString());
      out.writeStringField("to", query.to().toString());
      out.writeStringField("by", query.by().text());
      if (query.category() != null) {
        out.writeStringField("category", query.category());
      }
      out.writeArrayFieldStart("rows");
      for (Row row : rows) {
        out.writeStartObject();
        out.writeStringField(query.by().text(), row.about());
        for (Map.Entry<String, Long> each : row.numbers().entrySet()) {
          out.writeNumberField(each.getKey(), each.getValue());
        }
        out.writeEndObject();
      }
      out.writeEndArray();
    });
  }

  /** Nothing in it has to be quoted: days, apps, outcomes, categories and numbers. */
  private static Response csv(List<Row> rows, StatisticsQuery query) {
    StringBuilder csv = new StringBuilder(query.by().text());
    columns(query).forEach(name -> csv.append(',').append(name));
    csv.append("\r\n");
    for (Row row : rows) {
      csv.append(row.about());
      row.numbers().values().forEach(number -> csv.append(',').append(number));
      csv.append("\r\n");
    }
    return Response.of(
        HttpResponseStatus.OK,
        csv.toString().getBytes(StandardCharsets.US_ASCII),
        HttpHeaderNames.CONTENT_TYPE,
        CSV);
  }
}
