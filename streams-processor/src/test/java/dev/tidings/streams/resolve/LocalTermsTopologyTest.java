package dev.tidings.streams.resolve;

import static dev.tidings.streams.resolve.Samples.APP;
import static dev.tidings.streams.resolve.Samples.DEVICE;
import static dev.tidings.streams.resolve.Samples.PAYLOAD;
import static dev.tidings.streams.resolve.Samples.TOKEN;
import static dev.tidings.streams.resolve.Samples.id;
import static dev.tidings.streams.resolve.Samples.payload;
import static dev.tidings.streams.resolve.Samples.payloadOf;
import static dev.tidings.streams.resolve.Samples.some;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What depends on the clock and the language of the device: when it is sent, and which payload.
 *
 * <p>Shows G141 of docs/guarantees.md.
 */
final class LocalTermsTopologyTest {
  private static final Duration TICK = Duration.ofMillis(50);

  /** It is 10:00 in UTC and 02:00 in Los Angeles. */
  private static final String LOS_ANGELES = "America/Los_Angeles";

  private static final String NIGHT = "22:00-07:00";
  private static final Duration UNTIL_SEVEN = Duration.ofHours(5);

  @TempDir Path stateDir;
  private Pipeline pipeline;

  @BeforeEach
  void open() {
    pipeline = new Pipeline(stateDir);
    pipeline.pass(Duration.ofSeconds(1));
    pipeline.setClock(Pipeline.START);
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  private void register(String zone) {
    pipeline.register(TOKEN, DEVICE, APP, null, zone);
  }

  private void send(Notification.Builder notification) {
    pipeline.notify(TOKEN, notification.build());
  }

  private List<String> delivered() {
    return pipeline.deliveries().stream().map(out -> out.value().getId()).toList();
  }

  private List<Outcome> outcomes() {
    return pipeline.receipts().stream().map(out -> out.value().getOutcome()).toList();
  }

  @Test
  void what_comes_in_quiet_hours_is_sent_at_their_end_and_its_trace_says_so() {
    register(LOS_ANGELES);
    send(some(1).setQuietHours(NIGHT));

    assertThat(pipeline.receipts().getLast().value().getSteps().getLast())
        .isEqualTo(
            new Step(
                StepName.SCHEDULED,
                pipeline.nowMillis(),
                Pipeline.INSTANCE,
                "for 2026-11-22T15:00:00Z"));
    pipeline.pass(UNTIL_SEVEN.minusMillis(1));
    assertThat(delivered()).isEmpty();
    pipeline.pass(TICK);

    List<Pipeline.Out<Delivery>> deliveries = pipeline.deliveries();
    assertThat(deliveries).hasSize(1);
    assertThat(deliveries.getFirst().value().getSteps())
        .extracting(Step::getName)
        .containsExactly(StepName.ACCEPTED, StepName.SCHEDULED, StepName.RESOLVED);
    pipeline.pass(Duration.ofDays(1));
    assertThat(delivered()).isEmpty();
  }

  @Test
  void what_comes_outside_them_is_sent_at_once() {
    register("Europe/Berlin");
    send(some(1).setQuietHours(NIGHT));

    assertThat(delivered()).containsExactly(id(1));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {"null", "Mars/Olympus"})
  void a_device_whose_time_zone_is_not_known_counts_as_one_in_utc(String zone) {
    register(zone);
    send(some(1).setQuietHours("09:00-11:00"));
    send(some(2).setQuietHours("11:00-09:00"));
    send(some(3).setLocalDeliverAt("2026-11-22T10:30"));

    assertThat(delivered()).containsExactly(id(2));
    pipeline.pass(Duration.ofMinutes(30).plus(TICK));
    assertThat(delivered()).containsExactly(id(3));
    pipeline.pass(Duration.ofMinutes(30));
    assertThat(delivered()).containsExactly(id(1));
  }

  @Test
  void the_clock_of_the_device_counts_when_it_is_to_be_sent_and_not_only_when_it_came() {
    register(LOS_ANGELES);
    send(some(1).setQuietHours(NIGHT));
    // The device has flown to where it is 05:00 then.
    register("Pacific/Honolulu");
    pipeline.pass(UNTIL_SEVEN.plus(TICK));
    assertThat(delivered()).isEmpty();

    pipeline.pass(Duration.ofHours(2).minus(TICK).minusMillis(1));
    assertThat(delivered()).isEmpty();
    pipeline.pass(TICK);
    assertThat(delivered()).containsExactly(id(1));
  }

  @Test
  void what_is_due_in_quiet_hours_waits_for_their_end() {
    register(LOS_ANGELES);
    long due = pipeline.nowMillis() + Duration.ofHours(1).toMillis();
    send(some(1).setDeliverAt(due).setQuietHours(NIGHT));
    send(some(2).setLocalDeliverAt("2026-11-22T03:00").setQuietHours(NIGHT));

    pipeline.pass(Duration.ofHours(1).plus(TICK));
    pipeline.pass(TICK);
    assertThat(delivered()).isEmpty();
    pipeline.pass(Duration.ofHours(4).minus(TICK).minus(TICK));
    List<String> delivered = new ArrayList<>(delivered());
    // How many a tick sends depends on how long they take.
    for (int i = 0; i < 100 && delivered.size() < 2; i++) {
      pipeline.pass(TICK);
      delivered.addAll(delivered());
    }
    assertThat(delivered).containsExactlyInAnyOrder(id(1), id(2));
  }

  @Test
  void what_expires_in_quiet_hours_is_not_sent_at_their_end() {
    register(LOS_ANGELES);
    send(some(1).setQuietHours(NIGHT).setExpiration(pipeline.nowMillis() + 60_000));
    pipeline.receipts();
    pipeline.pass(UNTIL_SEVEN.plus(TICK));

    assertThat(delivered()).isEmpty();
    assertThat(outcomes()).containsExactly(Outcome.EXPIRED);
  }

  @Test
  void a_withdrawal_in_quiet_hours_wins() {
    register(LOS_ANGELES);
    send(some(1).setQuietHours(NIGHT));
    pipeline.receipts();
    send(
        Notification.newBuilder()
            .setId(UUID.randomUUID().toString())
            .setApp(APP)
            .setPayload(ByteBuffer.allocate(0))
            .setWithdraws(id(1)));

    assertThat(outcomes()).containsExactly(Outcome.WITHDRAWN);
    pipeline.pass(Duration.ofDays(1));
    assertThat(delivered()).isEmpty();
  }

  @Test
  void a_token_that_is_gone_at_their_end_gets_a_receipt() {
    register(LOS_ANGELES);
    send(some(1).setQuietHours(NIGHT));
    pipeline.registrations.pipeInput(TOKEN.getBytes(UTF_8), (byte[]) null);
    pipeline.receipts();
    pipeline.pass(UNTIL_SEVEN.plus(TICK));
    pipeline.pass(Pipeline.GRACE.plusSeconds(2));
    pipeline.pass(Duration.ofSeconds(1));

    assertThat(delivered()).isEmpty();
    assertThat(outcomes()).containsExactly(Outcome.UNREGISTERED);
  }

  @Test
  void a_local_time_is_that_of_the_device_that_registers_while_it_waits() {
    send(some(1).setLocalDeliverAt("2026-11-22T03:00"));
    register(LOS_ANGELES);

    pipeline.pass(Duration.ofHours(1).minusMillis(1));
    assertThat(delivered()).isEmpty();
    pipeline.pass(TICK);
    assertThat(delivered()).containsExactly(id(1));
  }

  @Test
  void its_time_to_live_begins_at_its_local_time_or_now_if_that_has_passed() {
    register(LOS_ANGELES);
    send(some(1).setLocalDeliverAt("2026-11-22T03:00").setLocalTtl(60_000L));
    send(some(2).setLocalDeliverAt("2026-11-22T01:00").setLocalTtl(60_000L));

    long now = pipeline.nowMillis();
    assertThat(expirations()).containsExactly(now + 60_000);
    pipeline.pass(Duration.ofHours(1).plus(TICK));
    assertThat(expirations()).containsExactly(now + 3_600_000 + 60_000);
  }

  private List<Long> expirations() {
    return pipeline.deliveries().stream().map(out -> out.value().getExpiration()).toList();
  }

  @Test
  void a_local_time_that_is_too_far_ahead_in_its_zone_is_refused_with_a_receipt() {
    register(LOS_ANGELES);
    send(some(1).setLocalDeliverAt("2027-11-23T02:00"));
    send(some(2).setLocalDeliverAt("2027-11-23T02:01"));

    assertThat(outcomes()).containsExactly(Outcome.PENDING, Outcome.REJECTED);
    assertThat(delivered()).isEmpty();
  }

  @Test
  void what_is_for_another_app_is_refused_and_not_held_back() {
    register(LOS_ANGELES);
    send(some(1).setApp("com.example.other").setQuietHours(NIGHT));

    assertThat(outcomes()).containsExactly(Outcome.REJECTED);
  }

  @Test
  void until_all_withdrawals_are_read_it_goes_by_way_of_the_schedule() {
    try (Pipeline other = new Pipeline(stateDir.resolve("other"), pipeline.registry)) {
      other.register(TOKEN, DEVICE, APP, null, "Europe/Berlin");
      other.notify(TOKEN, some(1).setQuietHours(NIGHT).build());
      other.notify(TOKEN, some(2).build());
      assertThat(other.deliveries()).extracting(out -> out.value().getId()).containsExactly(id(2));

      other.pass(Duration.ofSeconds(1));
      other.pass(TICK);
      assertThat(other.deliveries()).extracting(out -> out.value().getId()).containsExactly(id(1));
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {"null, default", "fr-FR, default", "de-AT, german", "fr-CA-x-a, quebec"})
  void the_payload_is_the_one_for_the_locale_of_the_device(String locale, String expected) {
    pipeline.register(TOKEN, DEVICE, APP, locale, null);
    Map<String, ByteBuffer> localized = new HashMap<>();
    localized.put("de", payload("{\"lang\": \"german\"}"));
    localized.put("fr-ca", payload("{\"lang\": \"quebec\"}"));
    send(some(1).setPayload(payload("{\"lang\": \"default\"}")).setLocalized(localized));

    assertThat(pipeline.deliveries())
        .singleElement()
        .satisfies(out ->
            assertThat(UTF_8.decode(out.value().getPayload()).toString())
                .isEqualTo("{\"lang\": \"" + expected + "\"}"));
  }

  static Stream<Notification> wrong() {
    Map<String, ByteBuffer> many = new HashMap<>();
    for (int i = 100; i < 121; i++) {
      many.put("de-" + i, payload("{}"));
    }
    return Stream.of(
            some(1).setQuietHours("22:00"),
            some(1).setQuietHours("22:00-22:00"),
            some(1).setLocalDeliverAt("2026-12-24T18:00Z"),
            some(1).setLocalDeliverAt("2026-12-24T18:00").setDeliverAt(1L),
            some(1).setLocalTtl(1L),
            some(1).setLocalDeliverAt("2026-12-24T18:00").setLocalTtl(0L),
            some(1).setLocalDeliverAt("2026-12-24T18:00").setLocalTtl(Long.MAX_VALUE),
            some(1).setLocalized(Map.of("de", payload("[]"))),
            some(1).setLocalized(Map.of("de", payloadOf(4097))),
            some(1).setLocalized(Map.of("german", payload("{}"))),
            some(1).setLocalized(Map.of("de", payload("{}"), "DE", payload("{}"))),
            some(1).setLocalized(many))
        .map(Notification.Builder::build);
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void what_a_producer_gets_wrong_is_a_dead_letter_with_a_receipt(Notification wrong) {
    register(LOS_ANGELES);
    pipeline.notify(TOKEN, wrong);

    assertThat(pipeline.deadLetters()).hasSize(1);
    assertThat(outcomes()).containsExactly(Outcome.REJECTED);
    send(some(2));
    assertThat(pipeline.deliveries())
        .singleElement()
        .satisfies(out ->
            assertThat(UTF_8.decode(out.value().getPayload()).toString()).isEqualTo(PAYLOAD));
  }

  @Test
  void the_instant_of_a_local_time_is_right_in_the_schedule() {
    register(LOS_ANGELES);
    send(some(1).setLocalDeliverAt("2026-12-24T18:00"));

    assertThat(pipeline.receipts().getLast().value().getSteps().getLast().getWhy())
        .isEqualTo("for " + Instant.parse("2026-12-25T02:00:00Z"));
  }
}
