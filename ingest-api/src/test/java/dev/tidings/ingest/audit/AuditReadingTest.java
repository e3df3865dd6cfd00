package dev.tidings.ingest.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.earlier.KnownReceipts.Presence;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What counts as missing, and what the next process knows of it. Shows G148 of docs/guarantees.md.
 */
class AuditReadingTest {
  private static final String TOPIC = "tidings.notifications";
  private static final String APP = "com.example.news";
  private static final Token TOKEN = new Token("%064x".formatted(7));
  private static final Uuid ID = Uuid.randomUuid();
  private static final long WEEK = Duration.ofDays(7).toMillis();

  private final FakeRegistry registries = new FakeRegistry();
  private final RegistryClient registry =
      new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registries.url())));
  private final AvroSerializer<Notification> serializer = new AvroSerializer<>(registry);
  private final FakePositions log = new FakePositions();
  private final Horizon horizon = new Horizon(log, FakePositions.NAMES, 0);
  private final Set<ReceiptKey> receipts = new HashSet<>();
  private final Set<ReceiptKey> unknown = new HashSet<>();
  private final List<ConsumerRecord<byte[], byte[]>> notifications = new ArrayList<>();
  private final List<NotificationId> ids = new ArrayList<>();
  private AuditReading reading = reading(WEEK);
  private long now = 1_800_000_000_000L;

  @AfterEach
  void close() throws Exception {
    registry.close();
    registries.close();
  }

  private AuditReading reading(long kept) {
    return new AuditReading(
        new AcceptedReader(registry),
        keys ->
            keys.stream()
                .map(key ->
                    unknown.contains(key)
                        ? Presence.UNKNOWN
                        : receipts.contains(key) ? Presence.THERE : Presence.NONE)
                .toList(),
        horizon,
        kept);
  }

  private ReceiptKey accepted() {
    return accepted(now);
  }

  private ReceiptKey accepted(long at) {
    NotificationId id = NotificationId.random();
    ids.add(id);
    byte[] value =
        serializer.serialize(
            TOPIC,
            Notification.newBuilder()
                .setId(id.value())
                .setApp(APP)
                .setAcceptedAt(at)
                .setPayload(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)))
                .build());
    notifications.add(
        new ConsumerRecord<>(
            TOPIC,
            0,
            notifications.size(),
            at,
            TimestampType.LOG_APPEND_TIME,
            64,
            value.length,
            TOKEN.key(),
            value,
            new RecordHeaders(),
            Optional.empty()));
    return ReceiptKey.of(id, TOKEN);
  }

  private void begin(@Nullable OffsetAndMetadata committed) {
    reading.assigned(0, committed, ID, 0, notifications.size(), now);
  }

  /** All others come to the end, and then the audit does. */
  private void round() throws InterruptedException {
    log.ends.put("notifications", (long) notifications.size());
    log.committed.put("streams", (long) notifications.size());
    boolean done = horizon.advance(now);
    now += 1_000;
    assertThat(done || horizon.advance(now)).isTrue();
    reading.tryAgain();
    reading.lookAgain(now, () -> false);
    read();
  }

  private void read() throws InterruptedException {
    while (reading.isWanted(0)) {
      int from = Math.toIntExact(position());
      int to = Math.min(from + 500, notifications.size());
      reading.take(0, 1, notifications.subList(from, to), to, now);
    }
  }

  private long position() {
    return reading.position(0);
  }

  private OffsetAndMetadata place() {
    return reading.places().get(0);
  }

  private AuditState state() {
    return AuditState.parse(place().metadata()).orElseThrow();
  }

  private List<NotificationId> differences() {
    return state().listed().stream().map(each -> each.receipt().id()).toList();
  }

  @Test
  void where_each_has_a_receipt_there_is_no_difference() throws InterruptedException {
    begin(null);
    for (int i = 0; i < 2_000; i++) {
      receipts.add(accepted());
    }
    round();
    round();

    assertThat(reading.differences()).isZero();
    assertThat(reading.checked()).isEqualTo(2_000);
    assertThat(place().offset()).isEqualTo(2_000);
    assertThat(state().until()).isEqualTo(horizon.time());
  }

  @Test
  void one_that_was_dropped_is_a_difference_after_a_second_look() throws InterruptedException {
    begin(null);
    receipts.add(accepted());
    accepted();
    receipts.add(accepted());

    round();
    assertThat(reading.differences()).as("it may be on its way").isZero();
    assertThat(place().offset()).as("another process would look again").isEqualTo(1);

    round();
    assertThat(reading.differences()).isEqualTo(1);
    assertThat(differences()).containsExactly(ids.get(1));
    assertThat(state().listed().getFirst().app()).isEqualTo(APP);
    assertThat(place().offset()).isEqualTo(3);
  }

  @Test
  void one_whose_receipt_comes_late_is_none_any_more() throws InterruptedException {
    begin(null);
    ReceiptKey late = accepted();
    ReceiptKey later = accepted();
    round();
    receipts.add(late);
    round();
    assertThat(differences()).containsExactly(later.id());

    receipts.add(later);
    round();
    assertThat(reading.differences()).isZero();
    assertThat(state().count()).isZero();
  }

  @Test
  void what_nobody_has_come_to_yet_is_not_looked_at() throws InterruptedException {
    begin(null);
    accepted();
    round();
    round();
    accepted();

    assertThat(reading.isWanted(0)).isFalse();
    assertThat(differences()).containsExactly(ids.getFirst());
  }

  @Test
  void the_next_process_knows_what_is_missing_and_goes_on_behind_it() throws InterruptedException {
    begin(null);
    ReceiptKey first = accepted();
    receipts.add(accepted());
    round();
    round();
    OffsetAndMetadata left = place();

    reading = reading(WEEK);
    begin(left);
    assertThat(differences()).containsExactly(first.id());
    receipts.add(accepted());
    round();
    assertThat(reading.checked()).as("only what is new").isEqualTo(1);
    assertThat(differences()).containsExactly(first.id());
    assertThat(state().since()).isEqualTo(AuditState.parse(left.metadata()).orElseThrow().since());

    receipts.add(first);
    round();
    assertThat(reading.differences()).isZero();
  }

  @Test
  void one_that_was_killed_after_the_first_look_leaves_the_second_one_to_the_next()
      throws InterruptedException {
    begin(null);
    accepted();
    round();
    OffsetAndMetadata left = place();

    reading = reading(WEEK);
    begin(left);
    round();
    round();
    assertThat(differences()).containsExactly(ids.getFirst());
  }

  @Test
  void more_than_can_be_committed_are_found_again_by_the_next() throws InterruptedException {
    begin(null);
    for (int i = 0; i < 300; i++) {
      accepted();
    }
    round();
    round();
    assertThat(reading.differences()).isEqualTo(300);
    OffsetAndMetadata left = place();
    assertThat(left.offset()).isEqualTo(state().listed().size()).isLessThan(300);

    reading = reading(WEEK);
    begin(left);
    round();
    round();
    assertThat(reading.differences()).isEqualTo(300);
  }

  @Test
  void while_a_part_of_the_table_is_being_moved_nothing_of_it_is_missing()
      throws InterruptedException {
    begin(null);
    now += 1_000;
    receipts.add(accepted());
    ReceiptKey elsewhere = accepted();
    accepted();
    unknown.add(elsewhere);
    round();
    assertThat(position()).isEqualTo(1);
    assertThat(state().until()).isLessThan(horizon.time());

    round();
    round();
    assertThat(reading.differences()).isZero();

    unknown.clear();
    receipts.add(elsewhere);
    round();
    round();
    assertThat(differences()).containsExactly(ids.get(2));
  }

  @Test
  void while_no_registry_answers_the_audit_waits() throws Exception {
    begin(null);
    receipts.add(accepted());
    registries.close();
    try (RegistryClient away =
        new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registries.url())))) {
      reading =
          new AuditReading(
              new AcceptedReader(away),
              keys -> keys.stream().map(key -> Presence.THERE).toList(),
              horizon,
              WEEK);
      reading.assigned(0, null, ID, 0, 0, now);
      round();

      assertThat(position()).isZero();
      assertThat(reading.isWanted(0)).as("for a while").isFalse();
      reading.tryAgain();
      assertThat(reading.isWanted(0)).isTrue();
    }
  }

  @Test
  void what_was_accepted_before_the_audit_began_is_not_audited() throws InterruptedException {
    accepted();
    now += 5_000;
    begin(null);
    receipts.add(accepted());
    round();
    round();

    assertThat(reading.differences()).isZero();
    assertThat(state().since()).isGreaterThanOrEqualTo(1_800_000_005_000L);
  }

  @Test
  void another_topic_of_the_same_name_is_begun_anew() throws InterruptedException {
    begin(null);
    accepted();
    round();
    round();
    OffsetAndMetadata left = place();

    reading = reading(WEEK);
    reading.assigned(0, left, Uuid.randomUuid(), 0, 9, now);
    assertThat(reading.differences()).isZero();
    assertThat(position()).isEqualTo(9);
  }

  @Test
  void what_the_log_has_deleted_before_it_was_audited_is_told_by_the_time_it_is_complete_from()
      throws InterruptedException {
    begin(null);
    for (int i = 0; i < 5; i++) {
      receipts.add(accepted());
    }
    OffsetAndMetadata left = place();
    now += 60_000;

    reading = reading(WEEK);
    reading.assigned(0, left, ID, 3, 5, now);
    assertThat(position()).isEqualTo(3);
    assertThat(state().since()).isEqualTo(now);
  }

  @Test
  void one_whose_receipt_may_have_been_deleted_is_not_missing() throws InterruptedException {
    begin(null);
    long at = now + 5_000;
    accepted(at);
    now += Duration.ofDays(6).plusHours(1).toMillis();
    receipts.add(accepted());
    round();
    round();

    assertThat(reading.differences()).isZero();
    assertThat(place().offset()).isEqualTo(2);
    assertThat(state().since()).isEqualTo(at);
  }

  @Test
  void a_difference_is_forgotten_with_its_notification() throws InterruptedException {
    begin(null);
    accepted();
    round();
    round();
    assertThat(reading.differences()).isEqualTo(1);

    now += WEEK;
    round();
    assertThat(reading.differences()).isZero();
  }

  @Test
  void where_too_much_is_missing_the_audit_waits_and_forgets_nothing() throws InterruptedException {
    begin(null);
    for (int i = 0; i < AuditedPartition.MOST_MISSING + 5_000; i++) {
      accepted();
    }
    round();
    assertThat(reading.isWanted(0)).isFalse();
    round();
    assertThat(reading.differences()).isGreaterThanOrEqualTo(AuditedPartition.MOST_MISSING);
    assertThat(state().until()).isLessThan(horizon.time());
  }
}
