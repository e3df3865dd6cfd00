package dev.tidings.ingest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.trace.TraceResult.Underway;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.value.NotificationId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnderwaysTest {
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
    Notification notification =
        Notification.newBuilder()
            .setId(id.value())
            .setApp(app)
            .setPayload(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)))
            .setDeliverAt(deliverAt)
            .build();
    return new ConsumerRecord<>(
        TOPIC,
        0,
        ++offset,
        token.getBytes(StandardCharsets.US_ASCII),
        serializer.serialize(TOPIC, notification));
  }

  private Underways underways(Predicate<String> readable) {
    return new Underways(id, null, readable, registry);
  }

  @Test
  void however_many_others_use_the_id_the_own_notification_is_found() {
    Underways underways = underways(OWN::equals);
    for (int i = 0; i < 500; i++) {
      assertThat(underways.accepted(record(OTHER), 1)).isFalse();
    }

    assertThat(underways.accepted(record(OWN), 1)).isFalse();
    assertThat(underways.found()).extracting(Underway::app).containsExactly(OWN);
  }

  @Test
  void a_hundred_that_may_be_read_are_all_there_are_until_another_is_found() {
    Underways underways = underways(_ -> true);
    for (int i = 0; i < 100; i++) {
      assertThat(underways.accepted(record(OTHER), 1)).isFalse();
    }
    assertThat(underways.isFull()).isFalse();

    assertThat(underways.accepted(record(OWN), 1)).isTrue();
    assertThat(underways.isFull()).isTrue();
  }

  @Test
  void one_that_is_sent_at_once_does_not_hide_that_the_same_is_scheduled_before_or_behind_it() {
    Underways underways = underways(_ -> true);
    String scheduledFirst = "a".repeat(64);
    String scheduledLast = "b".repeat(64);
    underways.accepted(record(scheduledFirst, OWN, 5_000L), 1);
    underways.accepted(record(scheduledFirst, OWN, null), 1);
    underways.accepted(record(scheduledLast, OWN, 3_000L), 1);
    underways.accepted(record(scheduledLast, OWN, 4_000L), 1);

    assertThat(underways.found())
        .extracting(each -> each.prospect().deliverAt())
        .containsExactly(5_000L, 4_000L);
    assertThat(underways.found())
        .extracting(each -> each.location().offset())
        .containsExactly(2L, 4L);
  }

  @Test
  void one_outside_the_partition_of_its_token_is_said_to_move() {
    Underways underways = underways(_ -> true);
    for (int i = 0; i < 8; i++) {
      underways.accepted(record(OWN), 4);
    }

    // All records are in partition 0.
    assertThat(underways.found())
        .allSatisfy(each -> {
          byte[] token = each.prospect().token().getBytes(StandardCharsets.US_ASCII);
          assertThat(each.prospect().moves()).isEqualTo(Partitioning.partition(token, 4) != 0);
        })
        .extracting(each -> each.prospect().moves())
        .contains(true, false);
  }
}
