package dev.tidings.streams.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.ScheduleKey;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OversizedRecordsTest {
  private static final String SCHEDULES = "tidings.schedules";
  private static final String RECEIPTS = "tidings.receipts";
  private static final Token TOKEN = new Token("0123456789abcdef".repeat(4));
  private static final NotificationId ID = NotificationId.random();

  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient client =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url())));
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(
          new Cluster(
              "c",
              List.of(),
              Set.of(
                  new PartitionInfo(RECEIPTS, 0, Node.noNode(), new Node[0], new Node[0]),
                  new PartitionInfo(
                      "tidings.dead-letters", 0, Node.noNode(), new Node[0], new Node[0])),
              Set.of(),
              Set.of()),
          true,
          null,
          new ByteArraySerializer(),
          new ByteArraySerializer());
  private final OversizedRecords records =
      new OversizedRecords(
          client,
          TopicNames.PLAIN,
          "streams-1",
          InstantSource.system(),
          new Meters(new SimpleMeterRegistry(), InstantSource.system()),
          () -> producer);

  @AfterEach
  void close() {
    records.close();
    client.close();
    registry.close();
  }

  /** Its receipt said that it waits for its time. */
  @Test
  void a_notification_too_large_for_the_schedule_is_put_aside_with_a_receipt() {
    records.writeInsteadOf(record(ScheduleKey.of(TOKEN, ID), null));

    List<ProducerRecord<byte[], byte[]>> written = producer.history();
    assertThat(written)
        .extracting(ProducerRecord::topic)
        .containsExactly("tidings.dead-letters", RECEIPTS);
    assertThat(written.get(1).key()).isEqualTo(ReceiptKey.of(ID.value(), TOKEN.hex()));
    Receipt receipt = new AvroDeserializer<>(client, Receipt.class).read(written.get(1).value());
    assertThat(receipt.getOutcome()).isEqualTo(Outcome.REJECTED);
    assertThat(receipt.getToken()).isEqualTo(TOKEN.hex());
    assertThat(receipt.getSteps())
        .extracting(Step::getName)
        .containsExactly(StepName.ACCEPTED, StepName.SCHEDULED, StepName.REJECTED);
  }

  /** It has no receipt of its own. */
  @Test
  void a_withdrawal_too_large_for_the_schedule_is_put_aside() {
    records.writeInsteadOf(record(ScheduleKey.of(TOKEN, ID).ofWithdrawal(), ID.value()));

    assertThat(producer.history())
        .extracting(ProducerRecord::topic)
        .containsExactly("tidings.dead-letters");
  }

  private ProducerRecord<byte[], byte[]> record(ScheduleKey key, String withdraws) {
    byte[] value =
        new AvroSerializer<Notification>(client)
            .serialize(
                SCHEDULES,
                Notification.newBuilder()
                    .setId(ID.value())
                    .setApp("com.example.news")
                    .setPayload(ByteBuffer.wrap("{}".getBytes(UTF_8)))
                    .setDeliverAt(2L)
                    .setScheduledAt(1L)
                    .setScheduledBy("streams-1")
                    .setWithdraws(withdraws)
                    .build());
    return new ProducerRecord<>(SCHEDULES, 0, 1L, key.bytes(), value);
  }
}
