package dev.tidings.streams.resolve;

import static dev.tidings.streams.resolve.Samples.APP;
import static dev.tidings.streams.resolve.Samples.DEVICE;
import static dev.tidings.streams.resolve.Samples.TOKEN;
import static dev.tidings.streams.resolve.Samples.id;
import static dev.tidings.streams.resolve.Samples.receiptKey;
import static dev.tidings.streams.resolve.Samples.some;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.topic.ScheduleKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows G51, G105 and G106 of docs/guarantees.md. */
final class ScheduleTopologyTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration TICK = Duration.ofMillis(50);
  private static final Duration GRACE_OVER = Pipeline.GRACE.plusSeconds(2);

  @TempDir Path stateDir;
  @TempDir Path otherDir;
  private Pipeline pipeline;

  @BeforeEach
  void open() {
    pipeline = new Pipeline(stateDir);
    pipeline.pass(Duration.ofSeconds(1));
    pipeline.register(TOKEN, DEVICE, APP);
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  @Test
  void it_is_sent_on_when_its_time_has_come_and_not_before() {
    schedule(1, HOUR);

    pipeline.pass(HOUR.minusMillis(1));
    assertThat(pipeline.deliveries()).isEmpty();
    assertThat(scheduled()).isOne();
    pipeline.pass(TICK);

    List<Pipeline.Out<Delivery>> deliveries = pipeline.deliveries();
    assertThat(deliveries).hasSize(1);
    assertThat(deliveries.getFirst().key()).isEqualTo(DEVICE);
    assertThat(deliveries.getFirst().value().getSteps())
        .extracting(Step::getName)
        .containsExactly(StepName.ACCEPTED, StepName.SCHEDULED, StepName.RESOLVED);
    pipeline.pass(Duration.ofSeconds(1));
    assertThat(scheduled()).isZero();
    pipeline.pass(HOUR);
    assertThat(pipeline.deliveries()).isEmpty();
  }

  @Test
  void meanwhile_its_receipt_says_since_when_it_waits_and_for_what() {
    long due = schedule(1, HOUR);

    List<Pipeline.Out<Receipt>> receipts = pipeline.receipts();
    assertThat(receipts).hasSize(1);
    assertThat(receipts.getFirst().key()).isEqualTo(receiptKey(id(1)));
    Receipt receipt = receipts.getFirst().value();
    assertThat(receipt.getOutcome()).isEqualTo(Outcome.PENDING);
    assertThat(receipt.getSteps().getLast())
        .isEqualTo(
            new Step(
                StepName.SCHEDULED,
                pipeline.nowMillis(),
                Pipeline.INSTANCE,
                "for " + java.time.Instant.ofEpochMilli(due)));
  }

  @Test
  void they_are_sent_in_the_order_of_their_times() {
    schedule(3, HOUR.multipliedBy(3));
    schedule(1, HOUR);
    schedule(2, HOUR.multipliedBy(2));

    pipeline.pass(HOUR.multipliedBy(4));
    passUntilNoneIsScheduled();

    assertThat(delivered()).containsExactly(id(1), id(2), id(3));
  }

  @Test
  void a_time_that_has_passed_means_at_once_whatever_it_is() {
    int number = 0;
    for (long at : new long[] {Long.MIN_VALUE, -1, 0, 1, pipeline.nowMillis()}) {
      pipeline.notify(TOKEN, some(number++).setDeliverAt(at).build());
    }

    assertThat(pipeline.deliveries()).hasSize(number);
    assertThat(pipeline.receipts()).isEmpty();
  }

  @Test
  void one_that_is_too_far_ahead_is_refused_with_a_receipt() {
    schedule(1, Duration.ofDays(366));
    assertThat(pipeline.deadLetters()).isEmpty();
    pipeline.receipts();

    schedule(2, Duration.ofDays(366).plusMillis(1));
    pipeline.notify(TOKEN, some(3).setDeliverAt(Long.MAX_VALUE).build());

    assertThat(pipeline.deadLetters()).hasSize(2);
    assertThat(pipeline.receipts())
        .extracting(out -> out.value().getOutcome())
        .containsExactly(Outcome.REJECTED, Outcome.REJECTED);
  }

  @Test
  void a_withdrawal_before_its_time_wins_and_a_second_one_changes_nothing() {
    schedule(1, HOUR);
    schedule(2, HOUR);
    pipeline.receipts();

    withdraw(1);
    withdraw(1);

    List<Pipeline.Out<Receipt>> receipts = pipeline.receipts();
    assertThat(receipts).hasSize(1);
    assertThat(receipts.getFirst().key()).isEqualTo(receiptKey(id(1)));
    assertThat(receipts.getFirst().value().getOutcome()).isEqualTo(Outcome.WITHDRAWN);
    assertThat(receipts.getFirst().value().getSteps())
        .extracting(Step::getName)
        .containsExactly(StepName.ACCEPTED, StepName.SCHEDULED, StepName.WITHDRAWN);
    pipeline.pass(HOUR.plus(TICK));
    assertThat(delivered()).containsExactly(id(2));
    pipeline.pass(HOUR);
    assertThat(scheduled()).isZero();
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  @Test
  void the_id_of_what_was_withdrawn_can_be_scheduled_again() {
    schedule(1, HOUR);
    withdraw(1);
    schedule(1, HOUR.multipliedBy(2));

    pipeline.pass(HOUR.plus(TICK));
    assertThat(pipeline.deliveries()).isEmpty();
    pipeline.pass(HOUR);
    assertThat(delivered()).containsExactly(id(1));
  }

  @Test
  void a_notification_that_is_scheduled_again_has_its_last_time_and_is_sent_once() {
    schedule(1, HOUR);
    schedule(1, HOUR.multipliedBy(2));
    schedule(1, HOUR.multipliedBy(2));

    pipeline.pass(HOUR.plus(TICK));
    assertThat(pipeline.deliveries()).isEmpty();
    pipeline.pass(HOUR.multipliedBy(2));

    assertThat(delivered()).containsExactly(id(1));
  }

  @Test
  void one_whose_token_is_revoked_meanwhile_ends_unregistered() {
    schedule(1, HOUR);
    pipeline.receipts();
    pipeline.registrations.pipeInput(TOKEN.getBytes(UTF_8), (byte[]) null);

    pipeline.pass(HOUR.plus(TICK));
    pipeline.pass(GRACE_OVER);

    assertThat(pipeline.deliveries()).isEmpty();
    Receipt receipt = pipeline.receipts().getFirst().value();
    assertThat(receipt.getOutcome()).isEqualTo(Outcome.UNREGISTERED);
    assertThat(receipt.getSteps().get(1).getName()).isEqualTo(StepName.SCHEDULED);
  }

  @Test
  void one_that_has_expired_by_then_ends_expired() {
    pipeline.notify(
        TOKEN,
        some(1)
            .setDeliverAt(pipeline.nowMillis() + HOUR.toMillis())
            .setExpiration(pipeline.nowMillis() + 1)
            .build());
    pipeline.receipts();

    pipeline.pass(HOUR.plus(TICK));

    assertThat(pipeline.deliveries()).isEmpty();
    assertThat(pipeline.receipts().getFirst().value().getOutcome()).isEqualTo(Outcome.EXPIRED);
  }

  @Test
  void after_a_jump_of_the_clock_its_new_time_counts() {
    schedule(1, HOUR);
    schedule(2, HOUR.multipliedBy(3));

    pipeline.setClock(Pipeline.START.plus(HOUR.multipliedBy(2)));
    pipeline.driver.advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(delivered()).containsExactly(id(1));

    pipeline.setClock(Pipeline.START);
    pipeline.driver.advanceWallClockTime(HOUR.multipliedBy(4));
    assertThat(pipeline.deliveries()).isEmpty();
    pipeline.pass(HOUR.multipliedBy(3).plusSeconds(2));
    assertThat(delivered()).containsExactly(id(2));
  }

  @Test
  void what_is_due_at_once_is_sent_a_part_at_a_time() {
    for (int i = 0; i < 700; i++) {
      schedule(i, HOUR);
    }
    // The first tick of those that are often.
    pipeline.pass(HOUR.minusMillis(400));
    pipeline.setClock(Pipeline.START.plus(HOUR).plusSeconds(2));

    pipeline.driver.advanceWallClockTime(TICK);
    assertThat(pipeline.deliveries()).hasSizeBetween(1, 500);
    passUntilNoneIsScheduled();
  }

  @Test
  void foreign_records_in_the_topic_become_dead_letters_and_hold_nothing_up() {
    schedule(1, HOUR);
    byte[] key = key(2);

    pipeline.schedules.pipeInput(new byte[] {1, 2, 3}, new byte[] {4});
    pipeline.schedules.pipeInput((byte[]) null, new byte[] {4});
    pipeline.schedules.pipeInput(key, new byte[] {4});
    pipeline.schedules.pipeInput(
        (new String(key, UTF_8) + "-").getBytes(UTF_8), pipeline.bytes(some(3).build()));
    pipeline.schedules.pipeInput(new byte[] {0, 0, 0, 0, 0}, (byte[]) null);

    // What has no time is looked at in the next tick.
    pipeline.pass(TICK);
    assertThat(pipeline.deadLetters()).hasSize(4);
    pipeline.pass(HOUR.plus(TICK));
    assertThat(delivered()).containsExactly(id(1));
  }

  @Test
  void another_process_goes_on_with_what_the_topic_has() {
    schedule(1, HOUR);
    schedule(2, HOUR);
    withdraw(2);
    List<TestRecord<byte[], byte[]>> topic = pipeline.scheduleRecords();

    try (Pipeline other = new Pipeline(otherDir, pipeline.registry)) {
      other.register(TOKEN, DEVICE, APP);
      topic.forEach(record -> other.schedules.pipeInput(record.key(), record.value()));
      other.pass(HOUR.plusSeconds(2));
      assertThat(other.deliveries()).isEmpty();
      other.pass(TICK);

      assertThat(other.deliveries()).extracting(out -> out.value().getId()).containsExactly(id(1));
    }
  }

  /** A backup that was put back by another producer, by its own hash of the whole key. */
  @Test
  void a_record_in_another_partition_than_its_token_s_is_a_dead_letter_and_ends_nothing() {
    try (Pipeline first = Pipeline.ofPartitions(otherDir, 2)) {
      first.pass(Duration.ofSeconds(1));
      String away = ofPartition(1);
      byte[] value = first.bytes(some(1).setDeliverAt(first.nowMillis() + 1_000).build());
      ScheduleKey key = ScheduleKey.of(new Token(away), new NotificationId(id(1)));
      first.scheduleRecords();

      first.schedules.pipeInput(key.bytes(), value);
      first.schedules.pipeInput(
          key.ofWithdrawal().bytes(), first.bytes(some(2).setWithdraws(id(1)).build()));
      first.schedules.pipeInput(key.bytes(), (byte[]) null);
      first.schedules.pipeInput(key.bytes(), value);
      first.pass(HOUR);
      first.pass(GRACE_OVER);

      assertThat(first.deadLetters())
          .hasSize(4)
          .allSatisfy(letter ->
              assertThat(new String(letter.headers().lastHeader("tidings-reason").value(), UTF_8))
                  .isEqualTo("partition: 0 (expected: 1, of its token)"));
      assertThat(first.receipts()).isEmpty();
      assertThat(first.scheduleRecords()).isEmpty();
      assertThat(first.metrics.get("tidings.streams.scheduled").gauge().value()).isZero();
    }
  }

  private static String ofPartition(int wanted) {
    return IntStream.range(0, 100)
        .mapToObj(number -> "%064x".formatted(number))
        .filter(token -> Partitioning.partition(token.getBytes(UTF_8), 2) == wanted)
        .findFirst()
        .orElseThrow();
  }

  private long schedule(int number, Duration ahead) {
    long due = pipeline.nowMillis() + ahead.toMillis();
    pipeline.notify(TOKEN, some(number).setDeliverAt(due).build());
    return due;
  }

  private void withdraw(int number) {
    pipeline.notify(
        TOKEN,
        Notification.newBuilder()
            .setId(UUID.randomUUID().toString())
            .setApp(APP)
            .setPayload(ByteBuffer.allocate(0))
            .setWithdraws(id(number))
            .build());
  }

  private static byte[] key(int number) {
    return ScheduleKey.of(new Token(TOKEN), new NotificationId(id(number))).bytes();
  }

  private List<String> delivered() {
    return pipeline.notified().stream().map(out -> out.value().getId()).toList();
  }

  /** However slow this machine is: each tick sends one at least. */
  private void passUntilNoneIsScheduled() {
    for (int i = 0; i < 1_000 && scheduled() > 0; i++) {
      pipeline.pass(TICK);
    }
    assertThat(scheduled()).isZero();
  }

  private double scheduled() {
    return pipeline.metrics.get("tidings.streams.scheduled").gauge().value();
  }
}
