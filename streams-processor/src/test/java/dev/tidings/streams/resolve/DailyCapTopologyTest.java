package dev.tidings.streams.resolve;

import static dev.tidings.streams.resolve.Samples.APP;
import static dev.tidings.streams.resolve.Samples.DEVICE;
import static dev.tidings.streams.resolve.Samples.OTHER_TOKEN;
import static dev.tidings.streams.resolve.Samples.TOKEN;
import static dev.tidings.streams.resolve.Samples.id;
import static dev.tidings.streams.resolve.Samples.some;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.streams.cap.CapRule;
import dev.tidings.streams.step.StepContext;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How many notifications of a category a device gets in a day.
 *
 * <p>Shows G210 of docs/guarantees.md.
 */
final class DailyCapTopologyTest {
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

  @TempDir Path stateDir;
  private final FakeRegistry registry = new FakeRegistry();
  private Pipeline pipeline;

  @BeforeEach
  void open() {
    pipeline = new Pipeline(stateDir.resolve("first"), registry);
    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.register(OTHER_TOKEN, "phone-2", APP);
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  private void cap(String category, int perDay, ZoneId zone) {
    Map<String, CapRule> rules = Map.of(category, new CapRule(perDay, zone));
    pipeline.caps =
        (app, of) -> app.value().equals(APP) ? rules.get(of == null ? "none" : of) : null;
  }

  private void send(int number, String category) {
    pipeline.notify(TOKEN, some(number).setCategory(category).build());
  }

  private List<String> sent() {
    return pipeline.notified().stream().map(out -> out.value().getId()).toList();
  }

  private KeyValueStore<Bytes, byte[]> counts() {
    return pipeline.driver.getKeyValueStore(StepContext.COUNTS_STORE);
  }

  private List<KeyValue<Bytes, byte[]>> rows() {
    List<KeyValue<Bytes, byte[]>> rows = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all = counts().all()) {
      all.forEachRemaining(rows::add);
    }
    return rows;
  }

  @Test
  void without_a_cap_as_many_are_sent_as_come_and_nothing_is_counted() {
    IntStream.rangeClosed(1, 50).forEach(number -> send(number, "marketing"));

    assertThat(pipeline.notified())
        .hasSize(50)
        .allSatisfy(out -> assertThat(out.value().getCategory()).isEqualTo("marketing"));
    assertThat(rows()).isEmpty();
  }

  @Test
  void what_is_over_is_rejected_and_its_receipt_says_why() {
    cap("marketing", 2, UTC);
    IntStream.rangeClosed(1, 4).forEach(number -> send(number, "marketing"));

    assertThat(sent()).containsExactly(id(1), id(2));
    assertThat(pipeline.receipts())
        .extracting(Pipeline.Out::value)
        .extracting(Receipt::getId, Receipt::getOutcome, Receipt::getCategory)
        .containsExactly(
            tuple(id(3), Outcome.REJECTED, "marketing"),
            tuple(id(4), Outcome.REJECTED, "marketing"));
    assertThat(pipeline.metrics.get("tidings.streams.capped").counter().count()).isEqualTo(2);
  }

  @Test
  void the_receipt_names_the_category_the_zone_and_the_cap() {
    cap("marketing", 1, SHANGHAI);
    send(1, "marketing");
    send(2, "marketing");

    assertThat(pipeline.receipts().getLast().value().getSteps().getLast())
        .satisfies(step -> {
          assertThat(step.getName()).isEqualTo(StepName.REJECTED);
          assertThat(step.getWhy())
              .isEqualTo(
                  "daily cap: category marketing, in Asia/Shanghai"
                      + " (expected: at most 1 a day to a device)");
        });
  }

  @Test
  void other_categories_other_devices_and_those_without_a_category_are_not_counted_with_it() {
    Map<String, CapRule> rules =
        Map.of("marketing", new CapRule(1, UTC), "news", new CapRule(2, UTC));
    pipeline.caps = (_, of) -> of == null ? null : rules.get(of);
    for (int number = 1; number <= 9; number += 3) {
      send(number, "marketing");
      send(number + 1, "news");
      send(number + 2, null);
    }
    pipeline.notify(OTHER_TOKEN, some(1).setCategory("marketing").build());
    send(20, "transactional");

    assertThat(sent()).containsExactly(id(1), id(2), id(3), id(5), id(6), id(9), id(1), id(20));
  }

  @Test
  void what_has_no_category_has_the_cap_that_is_called_none() {
    cap("none", 1, UTC);
    send(1, null);
    send(2, null);
    send(3, "marketing");

    assertThat(sent()).containsExactly(id(1), id(3));
    assertThat(pipeline.receipts().getLast().value().getCategory()).isNull();
  }

  @Test
  void the_same_notification_again_is_not_counted_twice_and_is_sent_on_though_the_day_is_full() {
    cap("marketing", 2, UTC);
    send(1, "marketing");
    send(1, "marketing");
    send(2, "marketing");
    send(3, "marketing");
    send(1, "marketing");

    // Its device's node tells that it is a repetition.
    assertThat(sent()).containsExactly(id(1), id(1), id(2), id(1));
  }

  @Test
  void the_next_process_goes_on_counting_with_what_the_table_has() {
    cap("marketing", 2, UTC);
    send(1, "marketing");
    List<KeyValue<Bytes, byte[]>> restored = rows();
    pipeline.driver.close();

    pipeline = new Pipeline(stateDir.resolve("second"), registry);
    restored.forEach(row -> counts().put(row.key, row.value));
    pipeline.register(TOKEN, DEVICE, APP);
    cap("marketing", 2, UTC);
    // Read again, for its offset had not been committed.
    send(1, "marketing");
    send(2, "marketing");
    send(3, "marketing");

    assertThat(sent()).containsExactly(id(1), id(2));
  }

  @Test
  void a_new_day_begins_at_midnight_in_the_zone_of_the_cap_and_not_elsewhere() {
    cap("marketing", 1, SHANGHAI);
    pipeline.setClock(Instant.parse("2026-11-22T15:59:59.999Z"));
    send(1, "marketing");
    send(2, "marketing");
    assertThat(sent()).containsExactly(id(1));

    pipeline.setClock(Instant.parse("2026-11-22T16:00:00Z"));
    send(3, "marketing");
    send(4, "marketing");
    assertThat(sent()).containsExactly(id(3));

    pipeline.setClock(Instant.parse("2026-11-23T00:00:00Z"));
    send(5, "marketing");
    assertThat(sent()).isEmpty();
  }

  @Test
  void what_was_counted_before_midnight_is_not_counted_again_behind_it() {
    cap("marketing", 1, UTC);
    pipeline.setClock(Instant.parse("2026-11-22T23:59:59Z"));
    send(1, "marketing");
    pipeline.setClock(Instant.parse("2026-11-23T00:00:01Z"));
    send(1, "marketing");
    send(2, "marketing");
    send(3, "marketing");

    assertThat(sent()).containsExactly(id(1), id(1), id(2));
  }

  @Test
  void a_day_of_23_or_25_hours_is_one_day() {
    cap("marketing", 1, ZoneId.of("Europe/Berlin"));
    // The clocks are set back in this night.
    pipeline.setClock(Instant.parse("2026-10-24T22:00:00Z"));
    send(1, "marketing");
    pipeline.setClock(Instant.parse("2026-10-25T22:59:59Z"));
    send(2, "marketing");
    pipeline.setClock(Instant.parse("2026-10-25T23:00:00Z"));
    send(3, "marketing");

    assertThat(sent()).containsExactly(id(1), id(3));
  }

  @Test
  void a_cap_that_changes_counts_from_the_next_notification_on_with_what_was_counted() {
    cap("marketing", 2, UTC);
    IntStream.rangeClosed(1, 3).forEach(number -> send(number, "marketing"));
    assertThat(sent()).containsExactly(id(1), id(2));

    cap("marketing", 3, UTC);
    send(4, "marketing");
    send(5, "marketing");
    assertThat(sent()).containsExactly(id(4));

    cap("marketing", 1, UTC);
    send(6, "marketing");
    assertThat(sent()).isEmpty();

    pipeline.caps = (_, _) -> null;
    send(7, "marketing");
    assertThat(sent()).containsExactly(id(7));
  }

  @Test
  void a_withdrawal_gives_nothing_back() {
    cap("marketing", 1, UTC);
    send(1, "marketing");
    pipeline.notify(TOKEN, some(9).setWithdraws(id(1)).setPayload(ByteBuffer.allocate(0)).build());
    send(2, "marketing");

    assertThat(sent()).containsExactly(id(1));
  }

  @Test
  void what_has_expired_or_is_of_another_app_is_not_counted() {
    cap("marketing", 1, UTC);
    pipeline.notify(
        TOKEN, some(1).setCategory("marketing").setExpiration(pipeline.nowMillis() - 1).build());
    pipeline.notify(TOKEN, some(2).setCategory("marketing").setApp("com.example.mail").build());
    send(3, "marketing");

    assertThat(sent()).containsExactly(id(3));
  }

  @Test
  void what_waits_for_its_time_is_counted_on_the_day_on_which_it_is_sent() {
    cap("marketing", 1, UTC);
    pipeline.pass(Duration.ofSeconds(1));
    Instant tomorrow = Instant.parse("2026-11-23T08:00:00Z");
    pipeline.notify(
        TOKEN, some(1).setCategory("marketing").setDeliverAt(tomorrow.toEpochMilli()).build());
    send(2, "marketing");
    send(3, "marketing");
    assertThat(sent()).containsExactly(id(2));

    pipeline.pass(Duration.between(Instant.ofEpochMilli(pipeline.nowMillis()), tomorrow));
    pipeline.pass(Duration.ofMillis(50));
    send(4, "marketing");

    assertThat(sent()).containsExactly(id(1));
  }

  @Test
  void days_that_are_over_leave_the_table_a_few_at_once_however_many_devices_there_are() {
    cap("marketing", 1, UTC);
    int tokens = 1_100;
    for (int i = 0; i < tokens; i++) {
      String token = "%064x".formatted(i + 1);
      pipeline.register(token, "phone-" + i, APP);
      pipeline.notify(token, some(i).setCategory("marketing").build());
    }
    assertThat(rows()).hasSize(tokens);

    // Of the day before, so that what is read again is not counted twice.
    pipeline.pass(Duration.ofDays(1));
    assertThat(rows()).hasSize(tokens);
    pipeline.setClock(Pipeline.START.plus(Duration.ofDays(2)));
    pipeline.notify(TOKEN, some(5_000).setCategory("marketing").build());
    for (int i = 0; i < 5; i++) {
      pipeline.pass(Duration.ofMillis(500));
    }

    assertThat(rows()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Marketing", "a b", "none", "others", "w\u00f6rt", "a/b"})
  void a_category_that_is_none_makes_a_dead_letter_and_a_receipt_that_says_so(String wrong) {
    send(1, wrong);

    assertThat(sent()).isEmpty();
    assertThat(pipeline.deadLetters()).hasSize(1);
    Receipt receipt = pipeline.receipts().getLast().value();
    assertThat(receipt.getOutcome()).isEqualTo(Outcome.REJECTED);
    assertThat(receipt.getCategory()).isNull();
    assertThat(receipt.getSteps().getLast().getWhy())
        .startsWith("category: " + wrong + " (expected: 1 to 64 of a-z, 0-9");
  }

  @Test
  void the_longest_category_and_the_highest_cap_count_as_others_do() {
    String longest = "a".repeat(64);
    cap(longest, 1_000, UTC);
    IntStream.rangeClosed(1, 1_001).forEach(number -> send(number, longest));
    Notification tooLong = some(5_000).setCategory("a".repeat(65)).build();
    pipeline.notify(TOKEN, tooLong);

    assertThat(sent()).hasSize(1_000).doesNotContain(id(1_001), id(5_000));
  }

  @Test
  void a_row_that_is_none_counts_for_nothing() {
    cap("marketing", 1, UTC);
    send(1, "marketing");
    rows().forEach(row -> counts().put(row.key, new byte[] {1, 2, 3}));
    send(2, "marketing");
    send(3, "marketing");

    assertThat(sent()).containsExactly(id(1), id(2));
  }
}
