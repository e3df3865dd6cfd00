package dev.tidings.ingest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.trace.TraceResult.Underway;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnprocessedNotificationsTest {
  private static final String TOPIC = "tidings.notifications";
  private static final String OWN = "com.example.news";
  private static final String OTHER = "com.example.mail";

  private final FakeRegistry registries = new FakeRegistry();
  private final RegistryClient registry =
      new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registries.url())));
  private final AvroSerializer<Notification> serializer = new AvroSerializer<>(registry);
  private final NotificationId id = NotificationId.random();
  private int offset;

  @AfterEach
  void close() throws Exception {
    registry.close();
    registries.close();
  }

  /** A notification of an app with the id that is looked for, to a token of its own. */
  private ConsumerRecord<byte[], byte[]> record(String app) {
    return record("%064x".formatted(offset + 1), app, null);
  }

  private ConsumerRecord<byte[], byte[]> record(
      String token, String app, @Nullable Long deliverAt) {
    return record(token, some(app).setDeliverAt(deliverAt).build());
  }

  private Notification.Builder some(String app) {
    return Notification.newBuilder()
        .setId(id.value())
        .setApp(app)
        .setPayload(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)));
  }

  private ConsumerRecord<byte[], byte[]> record(String token, Notification notification) {
    return new ConsumerRecord<>(
        TOPIC,
        0,
        ++offset,
        token.getBytes(StandardCharsets.US_ASCII),
        serializer.serialize(TOPIC, notification));
  }

  private Wanted wanted(Predicate<String> readable) {
    return new Wanted(List.of(new Search(id, 0, true, readable)), registry);
  }

  @Test
  void however_many_others_use_the_id_the_own_notification_is_found() {
    Wanted wanted = wanted(OWN::equals);
    for (int i = 0; i < 500; i++) {
      assertThat(wanted.accepted(record(OTHER), 1)).isFalse();
    }

    assertThat(wanted.accepted(record(OWN), 1)).isFalse();
    assertThat(wanted.all().getFirst().found()).extracting(Underway::app).containsExactly(OWN);
  }

  @Test
  void a_hundred_that_may_be_read_are_all_there_are_until_another_is_found() {
    Wanted wanted = wanted(_ -> true);
    for (int i = 0; i < 100; i++) {
      assertThat(wanted.accepted(record(OTHER), 1)).isFalse();
    }
    assertThat(wanted.all().getFirst().isFull()).isFalse();

    assertThat(wanted.accepted(record(OWN), 1)).isTrue();
    assertThat(wanted.all().getFirst().isFull()).isTrue();
  }

  @Test
  void one_that_is_sent_at_once_does_not_hide_that_the_same_is_scheduled_before_or_behind_it() {
    Wanted wanted = wanted(_ -> true);
    String scheduledFirst = "a".repeat(64);
    String scheduledLast = "b".repeat(64);
    wanted.accepted(record(scheduledFirst, OWN, 5_000L), 1);
    wanted.accepted(record(scheduledFirst, OWN, null), 1);
    wanted.accepted(record(scheduledLast, OWN, 3_000L), 1);
    wanted.accepted(record(scheduledLast, OWN, 4_000L), 1);

    assertThat(wanted.all().getFirst().found())
        .extracting(each -> each.prospect().deliverAt())
        .containsExactly(5_000L, 4_000L);
    assertThat(wanted.all().getFirst().found())
        .extracting(each -> each.location().offset())
        .containsExactly(2L, 4L);
  }

  @Test
  void what_depends_on_the_clock_of_its_device_may_be_scheduled_however_late_it_is() {
    Wanted wanted = wanted(_ -> true);
    wanted.accepted(
        record("a".repeat(64), some(OWN).setLocalDeliverAt("2020-01-01T00:00").build()), 1);
    wanted.accepted(record("b".repeat(64), some(OWN).setQuietHours("22:00-07:00").build()), 1);

    assertThat(wanted.all().getFirst().found())
        .hasSize(2)
        .allSatisfy(each -> assertThat(each.prospect().deliverAt()).isEqualTo(Long.MAX_VALUE));
  }

  @Test
  void one_to_a_device_is_said_to_move_to_its_token() {
    Wanted wanted = wanted(_ -> true);
    wanted.accepted(record("a".repeat(64), some(OWN).setDevice("phone-1").build()), 1);

    assertThat(wanted.all().getFirst().found())
        .singleElement()
        .satisfies(each -> assertThat(each.prospect().moves()).isTrue());
  }

  @Test
  void one_outside_the_partition_of_its_token_is_said_to_move() {
    Wanted wanted = wanted(_ -> true);
    for (int i = 0; i < 8; i++) {
      wanted.accepted(record(OWN), 4);
    }

    // All records are in partition 0.
    assertThat(wanted.all().getFirst().found())
        .allSatisfy(each -> {
          byte[] token = each.prospect().token().getBytes(StandardCharsets.US_ASCII);
          assertThat(each.prospect().moves()).isEqualTo(Partitioning.partition(token, 4) != 0);
        })
        .extracting(each -> each.prospect().moves())
        .contains(true, false);
  }

  /** Each of them as if the log had been read for it alone. */
  @Test
  void in_one_reading_each_finds_what_has_its_own_id_and_may_be_read() {
    NotificationId other = NotificationId.random();
    UniqueId unique = UniqueId.of(id, "%064x".formatted(2));
    Wanted wanted =
        new Wanted(
            List.of(
                new Search(id, 0, true, OWN::equals),
                new Search(id, 0, true, OTHER::equals),
                new Search(other, 0, true, _ -> true),
                new Search(new NotificationId(unique.toString()), 0, true, _ -> true)),
            registry);

    wanted.accepted(record(OWN), 1);
    wanted.accepted(record(OTHER), 1);

    assertThat(wanted.all())
        .extracting(each -> each.found().stream().map(found -> found.location().offset()).toList())
        .containsExactly(List.of(1L), List.of(2L), List.of(), List.of(2L));
  }

  @Test
  void one_that_can_find_no_more_ends_no_reading_for_others() {
    NotificationId other = NotificationId.random();
    Wanted wanted =
        new Wanted(
            List.of(new Search(id, 0, true, _ -> true), new Search(other, 0, true, _ -> true)),
            registry);

    for (int i = 0; i < 150; i++) {
      assertThat(wanted.accepted(record(OWN), 1)).isFalse();
    }
    assertThat(wanted.all().getFirst().isFull()).isTrue();
    assertThat(wanted.all().getFirst().found()).hasSize(101);
  }
}
