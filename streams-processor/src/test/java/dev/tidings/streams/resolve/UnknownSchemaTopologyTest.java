package dev.tidings.streams.resolve;

import static dev.tidings.streams.resolve.Samples.APP;
import static dev.tidings.streams.resolve.Samples.DEVICE;
import static dev.tidings.streams.resolve.Samples.OTHER_TOKEN;
import static dev.tidings.streams.resolve.Samples.TOKEN;
import static dev.tidings.streams.resolve.Samples.id;
import static dev.tidings.streams.resolve.Samples.some;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.ScheduleKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.step.StepContext;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A schema that the registry does not know yet keeps nobody but its own token waiting.
 *
 * <p>Shows G40, G52, G105, G106, G148 and G152 of docs/guarantees.md.
 */
final class UnknownSchemaTopologyTest {
  @TempDir Path stateDir;
  private Pipeline pipeline;

  @BeforeEach
  void open() {
    pipeline = new Pipeline(stateDir);
    pipeline.register(TOKEN, DEVICE, APP);
    pipeline.register(OTHER_TOKEN, "phone-2", APP);
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  @Test
  void it_is_waited_for_and_the_order_of_its_token_stays() {
    byte[] value = pipeline.bytes(some(1).build());
    pipeline.registry.forgetNext(Integer.MAX_VALUE);

    pipeline.notifications.pipeInput(TOKEN.getBytes(UTF_8), value);
    pipeline.notify(TOKEN, some(2).build());
    pipeline.pass(Duration.ofSeconds(6));
    // The second one's own grace is over, and the table is known to be complete up to there.
    pipeline.pass(Duration.ofMillis(500));
    pipeline.pass(Duration.ofSeconds(1));
    assertThat(pipeline.deliveries()).isEmpty();
    assertThat(pipeline.deadLetters()).isEmpty();

    pipeline.registry.forgetNext(0);
    List<String> delivered = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          pipeline.pass(Duration.ofMillis(50));
          pipeline.deliveries().forEach(out -> delivered.add(out.value().getId()));
          return delivered.size() == 2;
        });
    assertThat(delivered).containsExactly(id(1), id(2));
    assertThat(pipeline.receipts()).isEmpty();
    assertThat(pipeline.waiting()).isZero();
  }

  /** The registry was emptied, and the services have registered their schemas in another order. */
  @Test
  void nobody_is_unregistered_because_a_registry_gives_the_ids_to_other_schemas(
      @TempDir Path other) {
    byte[] registration = pipeline.registration(DEVICE, APP);
    FakeRegistry emptied = new FakeRegistry();
    emptied.put("receipts", Receipt.getClassSchema().toString(), "");
    emptied.put("deliveries", Delivery.getClassSchema().toString(), "");
    try (Pipeline next = new Pipeline(other, emptied)) {
      next.registrations.pipeInput(TOKEN.getBytes(UTF_8), registration);
      next.notify(TOKEN, some(1).build());
      next.pass(Duration.ofSeconds(6));
      next.pass(Duration.ofMillis(500));
      next.pass(Duration.ofSeconds(6));

      assertThat(next.receipts())
          .extracting(out -> out.value().getOutcome())
          .containsExactly(Outcome.PENDING);
      // A copy of the registration, which stays in the table, tells that it is not read.
      assertThat(next.deadLetters())
          .extracting(letter -> new String(letter.value(), UTF_8))
          .containsExactly(new String(registration, UTF_8));
      assertThat(next.waiting()).isEqualTo(1);
    }
  }

  @Test
  void what_seems_to_be_of_another_record_type_waits_as_what_nobody_knows_does() {
    byte[] value = pipeline.bytes(some(1).build());
    int receipts = pipeline.registry.put("receipts", Receipt.getClassSchema().toString(), "");
    ByteBuffer.wrap(value).putInt(1, receipts);

    pipeline.notifications.pipeInput(TOKEN.getBytes(UTF_8), value);
    pipeline.pass(Duration.ofSeconds(1));

    assertThat(pipeline.deadLetters()).isEmpty();
    assertThat(pipeline.waiting()).isEqualTo(1);
  }

  @Test
  void one_with_a_time_of_its_own_is_scheduled_as_soon_as_it_can_be_read_and_not_sent() {
    pipeline.pass(Duration.ofSeconds(1));
    Duration hour = Duration.ofHours(1);
    byte[] value =
        pipeline.bytes(some(1).setDeliverAt(pipeline.nowMillis() + hour.toMillis()).build());
    pipeline.registry.forgetNext(Integer.MAX_VALUE);
    pipeline.notifications.pipeInput(TOKEN.getBytes(UTF_8), value);
    pipeline.pass(Duration.ofSeconds(1));

    pipeline.registry.forgetNext(0);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          pipeline.pass(Duration.ofMillis(50));
          return pipeline.waiting() == 0;
        });
    pipeline.pass(Duration.ofSeconds(1));
    assertThat(pipeline.deliveries()).isEmpty();

    pipeline.pass(hour);
    pipeline.pass(Duration.ofSeconds(1));
    assertThat(pipeline.deliveries()).extracting(o -> o.value().getId()).containsExactly(id(1));
  }

  /** The withdrawal is of ingest-api, and its schema is known. */
  @Test
  void a_withdrawal_does_not_overtake_the_notification_that_waits_for_its_schema() {
    pipeline.pass(Duration.ofSeconds(1));
    schemaOfDeliveriesIsKnown();
    Duration hour = Duration.ofHours(1);
    long due = pipeline.nowMillis() + hour.toMillis();
    pipeline.notify(TOKEN, some(3).setDeliverAt(due).build());
    byte[] value = pipeline.bytes(some(1).setDeliverAt(due).build());
    int schema = 1 + pipeline.registry.put("another", "\"string\"", "");
    ByteBuffer.wrap(value, 1, Integer.BYTES).putInt(schema);
    pipeline.notifications.pipeInput(TOKEN.getBytes(UTF_8), value);

    withdraw(1);
    // What comes behind the withdrawal stays behind it.
    pipeline.notify(TOKEN, some(1).setDeliverAt(due + 1).setCollapseId("again").build());
    pipeline.registry.put("notifications", Notification.getClassSchema().toString(), "");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          pipeline.pass(Duration.ofMillis(50));
          return pipeline.waiting() == 0;
        });
    pipeline.pass(hour.plusSeconds(2));
    pipeline.pass(Duration.ofSeconds(1));

    assertThat(pipeline.notified())
        .extracting(out -> out.value().getId(), out -> out.value().getCollapseId())
        .containsExactlyInAnyOrder(
            org.assertj.core.api.Assertions.tuple(id(3), null),
            org.assertj.core.api.Assertions.tuple(id(1), "again"));
    assertThat(pipeline.receipts())
        .extracting(out -> out.value().getOutcome())
        .containsOnlyOnce(Outcome.WITHDRAWN);
  }

  @Test
  void a_withdrawal_finds_room_behind_as_many_of_its_token_as_may_wait() {
    pipeline.pass(Duration.ofSeconds(1));
    schemaOfDeliveriesIsKnown();
    Duration hour = Duration.ofHours(1);
    byte[] value =
        pipeline.bytes(some(1).setDeliverAt(pipeline.nowMillis() + hour.toMillis()).build());
    int schema = 1 + pipeline.registry.put("another", "\"string\"", "");
    ByteBuffer.wrap(value, 1, Integer.BYTES).putInt(schema);
    pipeline.notifications.pipeInput(TOKEN.getBytes(UTF_8), value);
    for (int i = 2; i <= WaitingRoom.MOST_OF_TOKEN; i++) {
      pipeline.notify(TOKEN, some(i).build());
    }
    assertThat(pipeline.waiting()).isEqualTo(WaitingRoom.MOST_OF_TOKEN);

    withdraw(1);
    pipeline.registry.put("notifications", Notification.getClassSchema().toString(), "");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          pipeline.pass(Duration.ofMillis(50));
          return pipeline.waiting() == 0;
        });
    pipeline.pass(hour.plusSeconds(2));
    pipeline.pass(Duration.ofSeconds(1));

    assertThat(pipeline.notified())
        .hasSize(WaitingRoom.MOST_OF_TOKEN - 1)
        .noneMatch(out -> out.value().getId().equals(id(1)));
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  /** One that is scheduled already does not wait with it. */
  @Test
  void a_withdrawal_behind_one_that_waits_for_its_schema_withdraws_others_at_once() {
    pipeline.pass(Duration.ofSeconds(1));
    long due = pipeline.nowMillis() + 3_000;
    pipeline.notify(TOKEN, some(3).setDeliverAt(due).build());
    byte[] value = pipeline.bytes(some(1).build());
    ByteBuffer.wrap(value, 1, Integer.BYTES).putInt(4_711);
    pipeline.notifications.pipeInput(TOKEN.getBytes(UTF_8), value);

    withdraw(3);
    pipeline.pass(Duration.ofSeconds(4));

    assertThat(pipeline.deliveries()).isEmpty();
    assertThat(pipeline.receipts())
        .extracting(out -> out.value().getOutcome())
        .containsExactly(Outcome.PENDING, Outcome.WITHDRAWN);
  }

  /** So that it does not get the id of the one that is to come. */
  private void schemaOfDeliveriesIsKnown() {
    pipeline.notify(TOKEN, some(9).build());
    assertThat(pipeline.deliveries()).hasSize(1);
  }

  private void withdraw(int number) {
    pipeline.notify(
        TOKEN,
        some(1_000 + number).setPayload(ByteBuffer.allocate(0)).setWithdraws(id(number)).build());
  }

  @Test
  void one_that_stays_unknown_ends_with_a_receipt_and_the_next_goes_on() {
    byte[] value = pipeline.bytes(some(1).build());
    ByteBuffer.wrap(value, 1, Integer.BYTES).putInt(4_711);

    pipeline.notifications.pipeInput(TOKEN.getBytes(UTF_8), value);
    pipeline.notify(TOKEN, some(2).build());
    pipeline.notify(OTHER_TOKEN, some(3).build());
    assertThat(pipeline.deliveries()).extracting(o -> o.value().getId()).containsExactly(id(3));
    pipeline.pass(Duration.ofSeconds(16));
    pipeline.pass(Duration.ofMillis(500));

    assertThat(pipeline.deliveries()).extracting(o -> o.value().getId()).containsExactly(id(2));
    assertThat(pipeline.deadLetters()).hasSize(1);
    Receipt receipt = pipeline.receipts().getFirst().value();
    assertThat(receipt.getOutcome()).isEqualTo(Outcome.REJECTED);
    assertThat(receipt.getId()).isEqualTo(id(1));
    assertThat(receipt.getToken()).isEqualTo(TOKEN);
    assertThat(receipt.getSteps().getLast().getWhy()).contains("schema id 4711");
    assertThat(pipeline.waiting()).isZero();
  }

  @Test
  void a_token_nobody_has_is_told_at_the_end_of_its_own_waiting() {
    byte[] value = pipeline.bytes(some(1).build());
    ByteBuffer.wrap(value, 1, Integer.BYTES).putInt(4_711);
    String unknown = "aa".repeat(32);

    pipeline.notifications.pipeInput(unknown.getBytes(UTF_8), value);
    pipeline.notify(unknown, some(2).build());
    pipeline.pass(Duration.ofSeconds(6));
    assertThat(pipeline.receipts())
        .extracting(out -> out.value().getId(), out -> out.value().getOutcome())
        .containsExactly(org.assertj.core.api.Assertions.tuple(id(2), Outcome.UNREGISTERED));
    pipeline.pass(Duration.ofSeconds(10));

    assertThat(pipeline.deadLetters()).hasSize(1);
    assertThat(pipeline.waiting()).isZero();
  }

  /** As after a restoration, of which the registry has heard nothing: from a backup, say. */
  @Test
  void nobody_is_unregistered_whose_registration_has_a_schema_that_no_registry_knows_yet() {
    // All other schemas have their ids.
    pipeline.notify(TOKEN, some(8).build());
    pipeline.notify(TOKEN, some(9).setExpiration(1L).build());
    assertThat(pipeline.deliveries()).hasSize(1);
    assertThat(pipeline.receipts()).hasSize(1);
    int last = pipeline.registry.put("another", "\"string\"", "");
    byte[] registration = pipeline.registration("phone-3", APP);
    ByteBuffer.wrap(registration, 1, Integer.BYTES).putInt(last + 1);
    String token = "ab".repeat(32);
    KeyValueStore<Bytes, byte[]> table =
        pipeline.driver.getKeyValueStore(StepContext.REGISTRATIONS_STORE);
    table.put(Bytes.wrap(token.getBytes(UTF_8)), registration);

    pipeline.notify(token, some(1).build());
    pipeline.notify(token, some(2).setExpiration(pipeline.nowMillis() + 20_000).build());
    pipeline.notify(OTHER_TOKEN, some(3).build());
    for (int i = 0; i < 40; i++) {
      pipeline.pass(Duration.ofSeconds(1));
    }
    pipeline.notify(token, some(4).build());

    assertThat(pipeline.deliveries()).extracting(out -> out.value().getId()).containsExactly(id(3));
    assertThat(pipeline.receipts())
        .extracting(out -> out.value().getId(), out -> out.value().getOutcome())
        .as("that they wait is told once, so that nobody takes them for lost")
        .containsExactly(
            org.assertj.core.api.Assertions.tuple(id(1), Outcome.PENDING),
            org.assertj.core.api.Assertions.tuple(id(2), Outcome.PENDING),
            org.assertj.core.api.Assertions.tuple(id(2), Outcome.EXPIRED));
    assertThat(pipeline.deadLetters()).isEmpty();

    assertThat(pipeline.registry.put("registrations", Registration.getClassSchema().toString(), ""))
        .isEqualTo(last + 1);
    List<String> delivered = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          pipeline.pass(Duration.ofMillis(500));
          pipeline.deliveries().forEach(out -> delivered.add(out.value().getId()));
          return delivered.size() == 2;
        });
    assertThat(delivered).containsExactly(id(1), id(4));
    assertThat(pipeline.receipts())
        .allMatch(out -> out.value().getId().equals(id(4)))
        .allMatch(out -> out.value().getOutcome() == Outcome.PENDING);
    assertThat(pipeline.waiting()).isZero();
  }

  /** What waits with them has its order, and the withdrawal of one that was sent before is late. */
  @Test
  void joins_leaves_and_withdrawals_wait_too_for_a_registration_that_can_be_read_later() {
    // All other schemas have their ids.
    pipeline.notify(OTHER_TOKEN, some(8).build());
    pipeline.notify(OTHER_TOKEN, some(9).setExpiration(1L).build());
    pipeline.notify(OTHER_TOKEN, some(10).setPayload(ByteBuffer.allocate(0)).setJoins("a").build());
    assertThat(pipeline.deliveries()).hasSize(1);
    assertThat(pipeline.receipts()).hasSize(1);
    assertThat(pipeline.memberships()).hasSize(1);
    int last = pipeline.registry.put("another", "\"string\"", "");
    byte[] registration = pipeline.registration("phone-3", APP);
    ByteBuffer.wrap(registration, 1, Integer.BYTES).putInt(last + 1);
    String token = "ab".repeat(32);
    KeyValueStore<Bytes, byte[]> table =
        pipeline.driver.getKeyValueStore(StepContext.REGISTRATIONS_STORE);
    table.put(Bytes.wrap(token.getBytes(UTF_8)), registration);

    pipeline.notify(
        token, some(1).setPayload(ByteBuffer.allocate(0)).setWithdraws(id(100)).build());
    pipeline.notify(token, some(2).setPayload(ByteBuffer.allocate(0)).setJoins("goals").build());
    pipeline.notify(token, some(3).build());
    pipeline.notify(token, some(4).setPayload(ByteBuffer.allocate(0)).setWithdraws(id(3)).build());
    pipeline.notify(token, some(5).setPayload(ByteBuffer.allocate(0)).setLeaves("goals").build());
    for (int i = 0; i < 40; i++) {
      pipeline.pass(Duration.ofSeconds(1));
    }
    assertThat(pipeline.deadLetters()).isEmpty();
    assertThat(pipeline.waiting()).isEqualTo(5);

    pipeline.registry.put("registrations", Registration.getClassSchema().toString(), "");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          pipeline.pass(Duration.ofMillis(500));
          return pipeline.waiting() == 0;
        });
    assertThat(pipeline.deliveries())
        .extracting(out -> out.value().getId())
        .containsExactlyInAnyOrder(WithdrawalId.of(id(100)), id(3), WithdrawalId.of(id(3)))
        .containsSubsequence(id(3), WithdrawalId.of(id(3)));
    assertThat(pipeline.memberships()).hasSize(2);
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  /** As after a restoration of the registry from an older backup. */
  @Test
  void what_is_scheduled_waits_for_its_schema_and_is_late_and_neither_lost_nor_put_aside() {
    int schema = scheduleOne();

    pipeline.pass(Duration.ofHours(2));
    pipeline.pass(Duration.ofSeconds(31));
    assertThat(pipeline.deliveries()).isEmpty();
    assertThat(pipeline.receipts()).isEmpty();
    assertThat(pipeline.deadLetters()).isEmpty();
    assertThat(unread()).isOne();

    assertThat(pipeline.registry.put("schedules", Notification.getClassSchema().toString(), ""))
        .isEqualTo(schema);
    List<String> delivered = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          pipeline.pass(Duration.ofSeconds(31));
          pipeline.deliveries().forEach(out -> delivered.add(out.value().getId()));
          return !delivered.isEmpty();
        });
    pipeline.pass(Duration.ofSeconds(31));
    assertThat(delivered).containsExactly(id(1));
    assertThat(pipeline.deliveries()).isEmpty();
    assertThat(pipeline.deadLetters()).isEmpty();
    assertThat(unread()).isZero();
  }

  @Test
  void what_is_scheduled_can_be_withdrawn_while_it_waits_for_its_schema() {
    scheduleOne();

    pipeline.notify(TOKEN, some(2).setPayload(ByteBuffer.allocate(0)).setWithdraws(id(1)).build());
    pipeline.pass(Duration.ofHours(2));

    Receipt receipt = pipeline.receipts().getFirst().value();
    assertThat(receipt.getId()).isEqualTo(id(1));
    assertThat(receipt.getOutcome()).isEqualTo(Outcome.WITHDRAWN);
    pipeline.pass(Duration.ofSeconds(31));
    assertThat(pipeline.metrics.get("tidings.streams.scheduled").gauge().value()).isZero();
    assertThat(pipeline.notified()).isEmpty();
    assertThat(unread()).isZero();
  }

  /** Schedules one for the next hour, and returns the id that its schema will have. */
  private int scheduleOne() {
    pipeline.pass(Duration.ofSeconds(1));
    // All other schemas have their ids, also those of what ends here and of what is scheduled.
    pipeline.notify(TOKEN, some(8).setExpiration(1L).build());
    pipeline.notify(TOKEN, some(9).build());
    pipeline.notify(TOKEN, some(7).setDeliverAt(pipeline.nowMillis() + 1).build());
    pipeline.pass(Duration.ofSeconds(1));
    pipeline.pass(Duration.ofSeconds(1));
    assertThat(pipeline.deliveries()).hasSize(2);
    assertThat(pipeline.receipts()).hasSize(2);
    int schema = 1 + pipeline.registry.put("another", "\"string\"", "");
    long due = pipeline.nowMillis() + Duration.ofHours(1).toMillis();
    byte[] value = pipeline.bytes(some(1).setDeliverAt(due).build());
    ByteBuffer.wrap(value, 1, Integer.BYTES).putInt(schema);
    byte[] key = ScheduleKey.of(new Token(TOKEN), new NotificationId(id(1))).bytes();
    pipeline.schedules.pipeInput(key, value);
    pipeline.pass(Duration.ofMillis(50));
    assertThat(unread()).isOne();
    return schema;
  }

  private double unread() {
    return pipeline.metrics.get("tidings.streams.scheduled.unread").gauge().value();
  }
}
