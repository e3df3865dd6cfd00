package dev.tidings.ingest.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Response;
import dev.tidings.ingest.accept.InFlight;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.trace.TraceResult.Account;
import dev.tidings.ingest.trace.TraceResult.Found;
import dev.tidings.ingest.trace.TraceResult.Location;
import dev.tidings.ingest.trace.TraceResult.Prospect;
import dev.tidings.ingest.trace.TraceResult.Receipted;
import dev.tidings.ingest.trace.TraceResult.Stage;
import dev.tidings.ingest.trace.TraceResult.Underway;
import dev.tidings.ingest.trace.TraceResult.Unknown;
import dev.tidings.ingest.trace.TraceResult.Unreadable;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.service.kafka.producer.ProducerSource;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shows G143 of docs/guarantees.md. */
class WithdrawalTest {
  private static final NotificationId ID = NotificationId.random();
  private static final String ONE = "0123456789abcdef".repeat(4);
  private static final String TWO = "fedcba9876543210".repeat(4);

  private static final long NOW = 1_000_000;

  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient schemas =
      new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registry.url())));
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final List<Response> responses = new ArrayList<>();
  private final Withdrawal withdrawal =
      new Withdrawal(
          new NotificationLog(
              new One(),
              new InFlight(100),
              "tidings.notifications",
              schemas,
              "test",
              InstantSource.system()),
          () -> Instant.ofEpochMilli(NOW));

  private final class One implements ProducerSource {
    @Override
    public Producer<byte[], byte[]> current() {
      return producer;
    }

    @Override
    public void ended(Producer<byte[], byte[]> of, @Nullable Exception failure) {
      // It is not replaced.
    }
  }

  private final class Recorder implements Exchange {
    @Override
    public void respond(Response response) {
      responses.add(response);
    }

    @Override
    public Connection connection() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void goAway() {
      throw new UnsupportedOperationException();
    }
  }

  @AfterEach
  void close() {
    schemas.close();
    registry.close();
  }

  @Test
  void what_is_scheduled_gets_a_withdrawal_behind_it_and_the_answer_waits_for_the_log() {
    withdrawal.found(
        ID,
        new Found(
            List.of(
                account(ONE, Outcome.PENDING, StepName.SCHEDULED),
                account(TWO, Outcome.PENDING, StepName.SCHEDULED),
                account(TWO, Outcome.EXPIRED, StepName.EXPIRED),
                account(TWO, Outcome.UNREGISTERED, StepName.UNREGISTERED),
                account(TWO, Outcome.WITHDRAWN, StepName.WITHDRAWN)),
            "00000000000000ff"),
        true,
        new Recorder());

    List<ProducerRecord<byte[], byte[]>> written = producer.history();
    assertThat(written)
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly(ONE, TWO);
    Notification first = notification(written.getFirst());
    // Nobody has been sent it, unless it is due at this moment.
    assertThat(first.getSent()).isNull();
    assertThat(first.getWithdraws()).isEqualTo(ID.value());
    assertThat(first.getId()).isNotEqualTo(ID.value());
    assertThat(first.getApp()).isEqualTo("com.example.news");
    // What a streams-processor of an earlier version refuses.
    assertThat(first.getPayload().remaining()).isZero();
    producer.completeNext();
    assertThat(responses).isEmpty();

    producer.completeNext();
    assertThat(responses.getFirst().status().code()).isEqualTo(200);
    assertThat(new String(responses.getFirst().body(), UTF_8))
        .isEqualTo(
            "{\"id\":\"%s\",\"withdrawn\":2,\"told\":0,\"unchanged\":3,\"next\":\"/v1/notifications/%s?from=%s\"}"
                .formatted(ID, ID, "00000000000000ff"));
  }

  @Test
  void what_is_not_scheduled_any_more_stays_as_it_is() {
    found(account(ONE, Outcome.WITHDRAWN, StepName.WITHDRAWN));

    assertThat(producer.history()).isEmpty();
    assertThat(responses.getFirst().status().code()).isEqualTo(200);
    assertThat(new String(responses.getFirst().body(), UTF_8))
        .isEqualTo("{\"id\":\"%s\",\"withdrawn\":0,\"told\":0,\"unchanged\":1}".formatted(ID));
  }

  @Test
  void what_the_schedule_has_not_read_yet_gets_its_withdrawal_behind_it_in_the_log() {
    found(account(ONE, Outcome.EXPIRED, StepName.EXPIRED), underway(TWO, NOW + 1, false));

    assertThat(keys()).containsExactly(TWO);
    producer.completeNext();
    assertThat(body(200)).isEqualTo(whole(1, 0, 1));
  }

  @Test
  void what_comes_again_behind_its_withdrawal_is_withdrawn_again() {
    found(
        again(ONE, Outcome.WITHDRAWN, StepName.WITHDRAWN, NOW + 1, false),
        again(TWO, Outcome.WITHDRAWN, StepName.WITHDRAWN, null, false));

    assertThat(keys()).containsExactly(ONE, TWO);
    producer.completeNext();
    producer.completeNext();
    assertThat(body(200)).isEqualTo(whole(2, 0, 0));
  }

  @Test
  void what_is_scheduled_and_comes_again_is_withdrawn_once() {
    found(
        again(ONE, Outcome.PENDING, StepName.SCHEDULED, NOW + 1, false),
        again(TWO, Outcome.PENDING, StepName.SCHEDULED, NOW, false));

    assertThat(keys()).containsExactly(ONE, TWO);
    producer.completeNext();
    producer.completeNext();
    assertThat(body(200)).isEqualTo(whole(2, 0, 0));
  }

  @Test
  void what_comes_again_by_another_partition_is_to_be_asked_for_again() {
    found(
        again(ONE, Outcome.PENDING, StepName.SCHEDULED, NOW + 1, true),
        again(TWO, Outcome.WITHDRAWN, StepName.WITHDRAWN, NOW + 1, true));

    producer.completeNext();
    assertThat(producer.history()).hasSize(1);
    assertThat(body(503)).contains("1 withdrawn, 0 told to the device, 0 unchanged, 2 on the way");
  }

  @Test
  void what_is_on_its_way_waits_for_its_device_or_was_delivered_is_taken_back_behind_it() {
    found(
        underway(ONE, null, false),
        account(TWO, Outcome.PENDING, StepName.PARKED),
        account(ONE, Outcome.DELIVERED, StepName.PUSHED, StepName.CONFIRMED),
        account(TWO, Outcome.EXPIRED, StepName.PUSHED, StepName.EXPIRED));

    assertThat(keys()).containsExactly(ONE, TWO, ONE, TWO);
    assertThat(producer.history())
        .allSatisfy(record -> assertThat(notification(record).getSent()).isTrue());
    for (int i = 0; i < 4; i++) {
      producer.completeNext();
    }
    assertThat(body(200)).isEqualTo(whole(2, 2, 0));
  }

  /** The log still has it, and a replay would send it, or has sent it. */
  @Test
  void what_was_evicted_or_collapsed_unsent_is_unchanged_but_has_a_withdrawal_behind_it() {
    found(
        account(ONE, Outcome.EVICTED, StepName.PARKED, StepName.EVICTED),
        account(TWO, Outcome.COLLAPSED, StepName.PARKED, StepName.COLLAPSED));

    assertThat(keys()).containsExactly(ONE, TWO);
    assertThat(producer.history())
        .allSatisfy(record -> assertThat(notification(record).getSent()).isTrue());
    producer.completeNext();
    producer.completeNext();
    assertThat(body(200)).isEqualTo(whole(0, 0, 2));
  }

  @Test
  void what_a_device_was_told_already_is_unchanged() {
    found(
        account(ONE, Outcome.DELIVERED, StepName.CONFIRMED, StepName.WITHDRAWN),
        account(TWO, Outcome.WITHDRAWN, StepName.PUSHED, StepName.WITHDRAWN));

    assertThat(producer.history()).isEmpty();
    assertThat(body(200)).isEqualTo(whole(0, 0, 2));
  }

  @Test
  void what_has_ended_and_stands_in_the_log_for_a_moment_more_is_unchanged() {
    Receipted ended = account(ONE, Outcome.EXPIRED, StepName.ACCEPTED, StepName.EXPIRED);
    Underway same = underway(ONE, null, false, new Step(StepName.ACCEPTED, 1L, "ingest", null));
    found(new Receipted(ended.unique(), ended.receipt(), null, same));

    assertThat(producer.history()).isEmpty();
    assertThat(body(200)).isEqualTo(whole(0, 0, 1));
  }

  @Test
  void what_will_be_written_to_another_partition_is_to_be_asked_for_again_whenever_it_is_due() {
    found(underway(ONE, null, true), underway(TWO, NOW, true));

    assertThat(producer.history()).isEmpty();
    assertThat(body(503)).contains("0 withdrawn, 0 told to the device, 0 unchanged, 2 on the way");
  }

  /** It comes behind its withdrawal. */
  @Test
  void one_that_will_be_written_to_another_partition_is_to_be_asked_for_again_beside_others() {
    found(account(ONE, Outcome.PENDING, StepName.SCHEDULED), underway(TWO, NOW + 1, true));

    producer.completeNext();
    assertThat(producer.history()).hasSize(1);
    assertThat(body(503)).contains("1 withdrawn, 0 told to the device, 0 unchanged, 1 on the way");
  }

  @Test
  void what_was_found_is_withdrawn_but_not_the_last_word_if_there_may_be_others() {
    withdrawal.found(
        ID,
        new Found(List.of(account(ONE, Outcome.PENDING, StepName.SCHEDULED)), "00000000000000ff"),
        false,
        new Recorder());

    producer.completeNext();
    assertThat(producer.history()).hasSize(1);
    assertThat(body(503))
        .contains("1 withdrawn, 0 told to the device, 0 unchanged, and perhaps others")
        .contains("\"next\":\"/v1/notifications/%s?from=00000000000000ff\"".formatted(ID));
  }

  @Test
  void an_unreadable_receipt_is_not_called_unchanged() {
    withdrawal.found(
        ID,
        new Found(
            List.of(
                account(ONE, Outcome.WITHDRAWN, StepName.WITHDRAWN),
                new Unreadable(UniqueId.of(ID, TWO), "for the test")),
            "00000000000000ff"),
        true,
        new Recorder());

    assertThat(body(502))
        .contains("0 withdrawn, 0 told to the device, 1 unchanged, 1 with an unreadable receipt")
        .contains("\"next\":\"/v1/notifications/%s?from=00000000000000ff\"".formatted(ID));
  }

  @Test
  void a_log_that_does_not_take_it_is_told() {
    found(
        account(ONE, Outcome.PENDING, StepName.SCHEDULED),
        account(TWO, Outcome.PENDING, StepName.SCHEDULED));

    producer.errorNext(new TimeoutException("for the test"));
    producer.completeNext();

    assertThat(responses).hasSize(1);
    assertThat(responses.getFirst().status().code()).isEqualTo(503);
  }

  @Test
  void another_teams_notification_and_one_that_nobody_knows_are_answered_alike() {
    withdrawal.hidden(
        ID,
        new Found(List.of(account(ONE, Outcome.PENDING, StepName.SCHEDULED)), null),
        true,
        new Recorder());
    withdrawal.unknown(ID, new Unknown(7, true), new Recorder());
    withdrawal.hidden(
        ID,
        new Found(List.of(account(ONE, Outcome.PENDING, StepName.SCHEDULED)), null),
        false,
        new Recorder());
    withdrawal.unknown(ID, new Unknown(7, false), new Recorder());

    assertThat(producer.history()).isEmpty();
    assertThat(responses)
        .extracting(response -> response.status().code())
        .containsExactly(404, 404, 503, 503);
    assertThat(responses.get(0).body()).isEqualTo(responses.get(1).body());
    assertThat(responses.get(2).body()).isEqualTo(responses.get(3).body());
  }

  @Test
  void whoever_has_none_on_a_page_is_told_where_the_next_one_is() {
    withdrawal.hidden(
        ID,
        new Found(List.of(account(ONE, Outcome.PENDING, StepName.SCHEDULED)), "00000000000000ff"),
        true,
        new Recorder());

    assertThat(producer.history()).isEmpty();
    assertThat(body(404))
        .contains("\"next\":\"/v1/notifications/%s?from=00000000000000ff\"".formatted(ID))
        .doesNotContain(ONE);
  }

  /** All that there is was found. */
  private void found(Account... accounts) {
    withdrawal.found(ID, new Found(List.of(accounts), null), true, new Recorder());
  }

  /** The keys of what was written. */
  private List<String> keys() {
    return producer.history().stream().map(record -> new String(record.key(), UTF_8)).toList();
  }

  /** The answer where nothing is left to a further request. */
  private static String whole(int withdrawn, int told, int unchanged) {
    return "{\"id\":\"%s\",\"withdrawn\":%d,\"told\":%d,\"unchanged\":%d}"
        .formatted(ID, withdrawn, told, unchanged);
  }

  private String body(int status) {
    assertThat(responses).hasSize(1);
    assertThat(responses.getFirst().status().code()).isEqualTo(status);
    return new String(responses.getFirst().body(), UTF_8);
  }

  /** One with a receipt, and another record behind it that nobody has read yet. */
  private static Account again(
      String token, Outcome outcome, StepName last, @Nullable Long deliverAt, boolean moves) {
    Receipted known = account(token, outcome, last);
    return new Receipted(known.unique(), known.receipt(), null, underway(token, deliverAt, moves));
  }

  private Notification notification(ProducerRecord<byte[], byte[]> record) {
    return new AvroDeserializer<>(schemas, Notification.class).read(record.value());
  }

  private static Underway underway(
      String token, @Nullable Long deliverAt, boolean moves, Step... steps) {
    return new Underway(
        UniqueId.of(ID, token),
        Stage.ACCEPTED,
        null,
        "com.example.news",
        null,
        List.of(steps),
        new Location("tidings.notifications", 0, 0),
        ID.value(),
        null,
        new Prospect(token, deliverAt, moves));
  }

  private static Receipted account(String token, Outcome outcome, StepName... steps) {
    Receipt receipt =
        new Receipt(
            ID.value(),
            token,
            null,
            "com.example.news",
            outcome,
            Stream.of(steps).map(step -> new Step(step, 1L, "streams", null)).toList(),
            null);
    return new Receipted(UniqueId.of(ID, token), receipt, null);
  }
}
