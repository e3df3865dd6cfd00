package dev.tidings.ingest.history.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.http.Response;
import dev.tidings.ingest.trace.index.DayCounts;
import dev.tidings.schemas.value.InvalidValueException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many became of what, and how it is told. Shows G163 of docs/guarantees.md. */
class StatisticsTest {
  private static final LocalDate TODAY = LocalDate.parse("2026-06-10");

  /** Displayed, opened, unknown, pending, delivered, expired, and so on. */
  private static DayCounts counts(long... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Long.BYTES);
    Arrays.stream(numbers).forEach(bytes::putLong);
    return DayCounts.read(bytes.array());
  }

  private final CountedDays here = new CountedDays();
  private final CountedDays there = new CountedDays();

  StatisticsTest() {
    long today = TODAY.toEpochDay();
    here.add(
        "a", Map.of(of(today), counts(3, 1, 0, 4, 5, 1), of(today - 1), counts(0, 0, 0, 0, 2)));
    here.add("b", Map.of(of(today), counts(0, 0, 0, 0, 7)));
    there.add("a", Map.of(of(today), counts(0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 0, 6)));
  }

  private static DayCounts.Of of(long day) {
    return new DayCounts.Of(day, "none");
  }

  private Response answer(String query) {
    CountedDays both = CountedDays.of(List.of(here, CountedDays.parse(there.text())));
    return StatisticsAnswer.of(both, StatisticsQuery.of(query, null, TODAY));
  }

  private JsonNode json(String query) throws Exception {
    return new ObjectMapper().readTree(answer(query).body());
  }

  @Test
  void all_nodes_are_counted_together_by_day_and_what_is_accepted_is_the_sum_of_all()
      throws Exception {
    JsonNode answer = json("app=a&app=b&from=2026-06-08&to=2026-06-10");

    assertThat(answer.path("from").asText()).isEqualTo("2026-06-08");
    assertThat(answer.path("rows")).hasSize(3);
    assertThat(answer.at("/rows/0/accepted").asLong()).isZero();
    assertThat(answer.at("/rows/1/delivered").asLong()).isEqualTo(2);
    JsonNode today = answer.at("/rows/2");
    assertThat(today.path("day").asText()).isEqualTo("2026-06-10");
    assertThat(today.path("accepted").asLong()).isEqualTo(4 + 5 + 7 + 2 + 2 + 3 + 4 + 5 + 6);
    assertThat(today.path("pending").asLong()).isEqualTo(4);
    assertThat(today.path("delivered").asLong()).isEqualTo(12);
    assertThat(today.path("displayed").asLong()).isEqualTo(3);
    assertThat(today.path("opened").asLong()).isEqualTo(1);
    assertThat(today.path("discarded").asLong()).isEqualTo(2 + 2 + 3 + 4 + 5 + 6);
    assertThat(today.path("expired").asLong()).isEqualTo(2);
    assertThat(today.path("unregistered").asLong()).isEqualTo(2);
    assertThat(today.path("rejected").asLong()).isEqualTo(3);
    assertThat(today.path("collapsed").asLong()).isEqualTo(4);
    assertThat(today.path("evicted").asLong()).isEqualTo(5);
    assertThat(today.path("withdrawn").asLong()).isEqualTo(6);
  }

  @Test
  void rows_may_be_of_apps_or_of_outcomes() throws Exception {
    JsonNode apps = json("app=b&app=a&by=app");
    assertThat(apps.at("/rows/0/app").asText()).isEqualTo("b");
    assertThat(apps.at("/rows/0/delivered").asLong()).isEqualTo(7);
    assertThat(apps.at("/rows/1/delivered").asLong()).isEqualTo(7);

    JsonNode outcomes = json("app=a&by=outcome");
    assertThat(outcomes.at("/rows/0").toString())
        .isEqualTo("{\"outcome\":\"pending\",\"notifications\":4}");
    assertThat(outcomes.path("rows").findValuesAsText("outcome"))
        .containsExactly(
            "pending",
            "delivered",
            "expired",
            "unregistered",
            "rejected",
            "collapsed",
            "evicted",
            "withdrawn");
  }

  @Test
  void a_table_of_them_is_csv() {
    Response answer = answer("app=a&app=b&from=2026-06-09&to=2026-06-10&format=csv");

    assertThat(new String(answer.body(), StandardCharsets.US_ASCII))
        .isEqualTo(
            """
            day,accepted,pending,delivered,displayed,opened,discarded,expired,collapsed,\
            unregistered,evicted,withdrawn,rejected\r
            2026-06-09,2,0,2,0,0,0,0,0,0,0,0,0\r
            2026-06-10,38,4,12,3,1,22,2,4,2,5,6,3\r
            """);
    assertThat(List.of(answer.fields()).toString()).contains("text/csv");
  }

  @Test
  void rows_may_be_of_categories_the_largest_first_and_the_rest_is_told_together()
      throws Exception {
    long today = TODAY.toEpochDay();
    CountedDays here = new CountedDays();
    here.add("c", Map.of(of(today), counts(0, 0, 0, 0, 2)));
    here.add("c", Map.of(new DayCounts.Of(today, "marketing"), counts(0, 0, 0, 1, 2, 0, 0, 3)));
    here.add("c", Map.of(new DayCounts.Of(today - 1, "marketing"), counts(0, 0, 0, 0, 10)));
    here.add("c", Map.of(new DayCounts.Of(today, "orders"), counts(0, 0, 0, 0, 2)));

    JsonNode rows = rows(here, "app=c&by=category");

    assertThat(rows.findValuesAsText("category")).containsExactly("marketing", "none", "orders");
    assertThat(rows.findValuesAsText("accepted")).containsExactly("16", "2", "2");
    assertThat(rows.at("/0/rejected").asLong()).isEqualTo(3);
    assertThat(csv(here))
        .isEqualTo(
            """
            category,accepted,pending,delivered,displayed,opened,discarded,expired,collapsed,\
            unregistered,evicted,withdrawn,rejected\r
            marketing,16,1,12,0,0,3,0,0,0,0,0,3\r
            none,2,0,2,0,0,0,0,0,0,0,0,0\r
            orders,2,0,2,0,0,0,0,0,0,0,0,0\r
            """);
    assertThat(csv(new CountedDays())).startsWith("category,accepted,pending").hasLineCount(1);

    for (int i = 0; i < 200; i++) {
      here.add("c", Map.of(new DayCounts.Of(today, "x" + i), counts(0, 0, 0, 0, 1)));
    }
    JsonNode many = rows(here, "app=c&by=category");
    assertThat(many).hasSize(StatisticsAnswer.MOST_CATEGORIES);
    assertThat(many.at("/0/category").asText()).isEqualTo("marketing");
    assertThat(many.at("/99/category").asText()).isEqualTo("others");
    assertThat(many.at("/99/accepted").asLong()).isEqualTo(200 - 96);
  }

  private static Response answer(CountedDays counted, String query) {
    return StatisticsAnswer.of(counted, StatisticsQuery.of(query, null, TODAY));
  }

  private static JsonNode rows(CountedDays counted, String query) throws Exception {
    return new ObjectMapper().readTree(answer(counted, query).body()).path("rows");
  }

  private static String csv(CountedDays counted) {
    Response answer = answer(counted, "app=c&by=category&format=csv");
    return new String(answer.body(), StandardCharsets.US_ASCII);
  }

  @Test
  void one_category_may_be_counted_alone() throws Exception {
    long today = TODAY.toEpochDay();
    here.add("c", Map.of(of(today), counts(0, 0, 0, 0, 2)));
    there.add("c", Map.of(new DayCounts.Of(today, "marketing"), counts(0, 0, 0, 0, 0, 0, 0, 3)));

    JsonNode marketing = json("app=c&by=outcome&category=marketing");
    assertThat(marketing.path("category").asText()).isEqualTo("marketing");
    assertThat(marketing.at("/rows/4").toString())
        .isEqualTo("{\"outcome\":\"rejected\",\"notifications\":3}");
    assertThat(json("app=c&by=app&category=none").at("/rows/0/accepted").asLong()).isEqualTo(2);
    assertThat(json("app=c&by=app").at("/rows/0/accepted").asLong()).isEqualTo(5);
  }

  @Test
  void a_node_of_an_earlier_version_neither_asks_for_categories_nor_is_told_them() {
    long today = TODAY.toEpochDay();
    CountedDays counted = new CountedDays();
    counted.add("c", Map.of(of(today), counts(0, 0, 0, 0, 2)));
    counted.add("c", Map.of(new DayCounts.Of(today, "marketing"), counts(0, 0, 0, 0, 3)));

    assertThat(StatisticsQuery.of("app=c", null, TODAY).text()).doesNotContain("category");
    assertThat(StatisticsQuery.of("app=c&category=a", null, TODAY).text()).endsWith("&by=category");
    CountedDays together = new CountedDays();
    together.addTogether(
        "c",
        Map.of(
            of(today),
            counts(0, 0, 0, 0, 2),
            new DayCounts.Of(today, "marketing"),
            counts(0, 0, 0, 0, 3)));
    String line = new String(together.text(), StandardCharsets.US_ASCII);
    assertThat(line).hasLineCount(1);
    assertThat(line.strip().split(" ", -1)).hasSize(3);
    assertThat(CountedDays.parse(counted.text()).categories()).containsExactly("marketing", "none");
  }

  @Test
  void who_accepts_csv_first_gets_it_unless_it_asks_for_json_and_seven_days_are_usual() {
    assertThat(StatisticsQuery.of("app=a", "text/csv, */*", TODAY).csv()).isTrue();
    assertThat(StatisticsQuery.of("app=a", "*/*", TODAY).csv()).isFalse();
    assertThat(StatisticsQuery.of("app=a&format=json", "text/csv", TODAY).csv()).isFalse();
    StatisticsQuery usual = StatisticsQuery.of("app=a", null, TODAY);
    assertThat(usual.from()).isEqualTo("2026-06-04");
    assertThat(usual.to()).isEqualTo(TODAY);
    assertThat(StatisticsQuery.of(usual.text(), null, TODAY).text()).isEqualTo(usual.text());
  }

  @ParameterizedTest
  @CsvSource({
    "'', app",
    "from=2026-06-01, app",
    "app=a&from=2026-06-01T00:00:00Z, from",
    "app=a&from=2026-06-11, from",
    "app=a&from=2025-06-09, from",
    "app=a&from=-999999999-01-01, from",
    "app=a&to=%2B999999999-12-31, to",
    "app=a&by=category&by=day, by",
    "app=a&by=categories, by",
    "app=a&category=A, category",
    "app=a&format=xml, format",
    "app=a&limit=3, limit",
  })
  void what_is_wrong_is_named(String text, String field) {
    assertThatThrownBy(() -> StatisticsQuery.of(text, null, TODAY))
        .isInstanceOfSatisfying(
            InvalidValueException.class, e -> assertThat(e.name()).isEqualTo(field));
  }

  @Test
  void no_more_apps_than_twenty_are_counted_at_once() {
    String apps = "&app=a".repeat(30);
    assertThat(StatisticsQuery.of("by=app" + apps, null, TODAY).apps()).containsExactly("a");
    StringBuilder many = new StringBuilder("by=app");
    for (int i = 0; i <= StatisticsQuery.MOST_APPS; i++) {
      many.append("&app=a").append(i);
    }
    assertThatThrownBy(() -> StatisticsQuery.of(many.toString(), null, TODAY))
        .hasMessageContaining("app");
  }

  @Test
  void a_year_is_counted_and_a_day_more_is_not() {
    StatisticsQuery year = StatisticsQuery.of("app=a&from=2025-06-10", null, TODAY);
    assertThat(year.from()).isEqualTo("2025-06-10");
  }
}
