package dev.tidings.ingest.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.ingest.trace.index.IndexKey;
import dev.tidings.ingest.trace.index.IndexRow;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be asked for, and how. Shows G162 of docs/guarantees.md. */
class HistoryQueryTest {
  private static final String TOKEN = "0123456789abcdef".repeat(4);
  private static final byte[] PLACE =
      new IndexKey("com.example", 17, NotificationId.random(), "0123456789abcdef").place();

  @Test
  void an_app_alone_is_all_of_it_newest_first() {
    HistoryQuery query = HistoryQuery.of("app=com.example");

    assertThat(query.limit()).isEqualTo(100);
    assertThat(query.newestFirst()).isTrue();
    assertThat(query.scan("a").from()).isZero();
    assertThat(query.scan("a").to()).isEqualTo(Long.MAX_VALUE);
    assertThat(query.text()).isEqualTo("app=com.example");
  }

  @Test
  void all_that_may_be_asked_for_is_read_and_written_again() {
    String text =
        "app=com.example&device=a%26b%C3%A4&token="
            + TOKEN
            + "&outcome=delivered&category=marketing&from=2026-06-01T00:00:00Z&to=2026-06-08T00:00:00.5Z"
            + "&order=oldest&limit=7";
    HistoryQuery query = HistoryQuery.of(text).after(new HistoryCursor(PLACE));

    HistoryQuery again = HistoryQuery.of(query.text());

    assertThat(again.text()).isEqualTo(query.text());
    assertThat(again.device()).isEqualTo("a&bä");
    assertThat(again.token()).isEqualTo(TOKEN);
    assertThat(again.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(again.category()).isEqualTo("marketing");
    assertThat(again.scan("com.example").from()).isEqualTo(1_780_272_000_000L);
    assertThat(again.scan("com.example").to()).isEqualTo(1_780_876_800_500L);
    assertThat(again.newestFirst()).isFalse();
    assertThat(again.limit()).isEqualTo(7);
    assertThat(again.scan("com.example").after()).isEqualTo(PLACE);
  }

  @Test
  void several_apps_are_looked_for_one_by_one_behind_the_same_place() {
    HistoryQuery both = HistoryQuery.of("app=com.example&app=com.other&outcome=expired");
    HistoryQuery next = HistoryQuery.of(both.after(new HistoryCursor(PLACE)).text());

    assertThat(next.apps()).containsExactly("com.example", "com.other");
    for (String app : next.apps()) {
      assertThat(next.scan(app).app()).isEqualTo(app);
      assertThat(next.scan(app).after()).isEqualTo(PLACE);
    }
    assertThat(next.outcome()).isEqualTo(Outcome.EXPIRED);
    // A cursor is of one question: of both apps it is none of one.
    String cursor = next.text().replaceAll(".*cursor=", "");
    assertThatThrownBy(() -> HistoryQuery.of("app=com.other&outcome=expired&cursor=" + cursor))
        .isInstanceOf(InvalidValueException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'', app",
    "app=, app",
    "app=a%20b, app",
    "app=a&app=b&app=c&app=d&app=e&app=f&app=g&app=h&app=i&app=j&app=k, app",
    "app=a&category=X, category",
    "app=a&category=, category",
    "app=a&category=others, category",
    "app=a&category=a&category=b, category",
    "app=a&outcome=DELIVERED, outcome",
    "app=a&outcome=repeated, outcome",
    "app=a&device=, device",
    "app=a&token=0123, token",
    "app=a&from=yesterday, from",
    "app=a&to=2026-06-01, to",
    "app=a&to=2026-06-01T00:00:00Z&to=2026-06-01T00:00:00Z, to",
    "app=a&order=up, order",
    "app=a&limit=0, limit",
    "app=a&limit=501, limit",
    "app=a&limit=99999999999999999999, limit",
    "app=a&cursor=, cursor",
    "app=a&cursor=AAAA, cursor",
    "app=a&cursor=%21, cursor",
  })
  void what_is_wrong_is_named(String text, String field) {
    assertThatThrownBy(() -> HistoryQuery.of(text))
        .isInstanceOfSatisfying(
            InvalidValueException.class, e -> assertThat(e.name()).isEqualTo(field));
  }

  @Test
  void what_is_unknown_is_told_what_there_is() {
    assertThatThrownBy(() -> HistoryQuery.of("app=a&colour=red"))
        .hasMessage(
            "colour: red (expected: one of app, device, token, outcome, category, from, to, order,"
                + " limit, cursor)");
  }

  @Test
  void those_without_a_category_are_asked_for_by_none() {
    IndexKey key = new IndexKey("a", 17, NotificationId.random(), null);
    IndexRow with = new IndexRow(Outcome.DELIVERED, 0, 0, "marketing");
    IndexRow without = new IndexRow(Outcome.DELIVERED, 0, 0, null);

    assertThat(HistoryQuery.of("app=a&category=none").scan("a").wanted().test(key, without))
        .isTrue();
    assertThat(HistoryQuery.of("app=a&category=none").scan("a").wanted().test(key, with)).isFalse();
    var marketing = HistoryQuery.of("app=a&category=marketing").scan("a").wanted();
    assertThat(marketing.test(key, with)).isTrue();
    assertThat(marketing.test(key, without)).isFalse();
    assertThat(HistoryQuery.of("app=a").scan("a").wanted().test(key, with)).isTrue();
  }

  @Test
  void a_cursor_is_good_for_one_question_however_long_its_pages() {
    HistoryQuery query = HistoryQuery.of("app=a").after(new HistoryCursor(PLACE));
    String cursor = query.text().substring(query.text().indexOf("&cursor="));

    assertThat(HistoryQuery.of("app=a&limit=3" + cursor).scan("a").after()).isEqualTo(PLACE);
    assertThatThrownBy(() -> HistoryQuery.of("app=b" + cursor)).hasMessageContaining("cursor");
    assertThatThrownBy(() -> HistoryQuery.of("app=a&order=oldest" + cursor))
        .hasMessageContaining("cursor");
  }
}
