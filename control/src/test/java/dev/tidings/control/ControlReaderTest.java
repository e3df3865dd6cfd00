package dev.tidings.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.ApiKey;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.AppId;
import dev.tidings.service.table.TableSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the reader does with a topic that a test writes record by record. */
@Timeout(120)
class ControlReaderTest {
  private static final TopicPartition PARTITION = new TopicPartition(LogTopics.CONTROL.name(), 0);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ID = "API4567890";
  private static final AppId MAIL = new AppId("com.example.mail");

  private final FakeRegistry server = new FakeRegistry();
  private final RegistryClient registry =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, server.url())));

  /** Records that the broker has not sent yet. */
  private final Queue<ConsumerRecord<byte[], byte[]>> sending = new ConcurrentLinkedQueue<>();

  private final MockConsumer<byte[], byte[]> consumer =
      new MockConsumer<>("none") {
        @Override
        public synchronized void seek(TopicPartition partition, long offset) {
          super.seek(partition, offset);
          send();
        }
      };
  private volatile Uuid topicId = new Uuid(1, 1);
  private long end;

  @AfterEach
  void stop() {
    registry.close();
    server.close();
  }

  private void send() {
    while (sending.peek() != null) {
      consumer.addRecord(sending.remove());
    }
  }

  private <E extends SpecificRecord> ConsumerRecord<byte[], byte[]> record(
      ControlKind<E> kind, String name, E entry) {
    try (AvroSerializer<E> serializer = new AvroSerializer<>(registry)) {
      return record(
          ControlKey.of(kind, name).bytes(),
          serializer.serialize(ControlKey.of(kind, name).serialisedAs(PARTITION.topic()), entry));
    }
  }

  private ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
    return new ConsumerRecord<>(PARTITION.topic(), 0, end++, key, value);
  }

  private static byte[] text() {
    return "no Avro".getBytes(StandardCharsets.UTF_8);
  }

  private ControlReader read() {
    consumer.updatePartitions(
        PARTITION.topic(),
        List.of(new PartitionInfo(PARTITION.topic(), 0, Node.noNode(), null, null)));
    consumer.updateBeginningOffsets(new HashMap<>(Map.of(PARTITION, 0L)));
    consumer.updateEndOffsets(new HashMap<>(Map.of(PARTITION, end)));
    return ControlReader.start(
        new TableSource(
            consumer, PARTITION.topic(), () -> CompletableFuture.completedFuture(topicId)),
        registry,
        InstantSource.system());
  }

  private static ApiKey apiKey() {
    return new ApiKey("TEAM567890", ByteBuffer.wrap(text()), null, Instant.ofEpochSecond(9), null);
  }

  @Test
  void entries_that_are_read_again_are_incomplete_until_all_are_there() throws Exception {
    sending.add(record(ControlKind.API_KEY, ID, apiKey()));
    try (ControlReader reader = read()) {
      await().atMost(PATIENCE).until(reader::isComplete);
      end = 0;
      ConsumerRecord<byte[], byte[]> app =
          record(ControlKind.APP, MAIL.value(), new App("TEAM567890"));
      ConsumerRecord<byte[], byte[]> key = record(ControlKind.API_KEY, ID, apiKey());
      consumer.updateEndOffsets(new HashMap<>(Map.of(PARTITION, end)));
      topicId = new Uuid(2, 2);

      await().atMost(PATIENCE).until(() -> reader.apiKey(ID).isEmpty());
      assertThat(reader.isComplete()).isFalse();
      consumer.addRecord(app);
      await().atMost(PATIENCE).until(() -> reader.app(MAIL).isPresent());
      assertThat(reader.isComplete()).isFalse();
      consumer.addRecord(key);
      await().atMost(PATIENCE).until(reader::isComplete);
      assertThat(reader.apiKey(ID)).isPresent();
      assertThat(reader.readAgain()).isEqualTo(1);
    }
  }

  /** It may have been what let the key end. */
  @Test
  void an_entry_that_cannot_be_read_leaves_no_earlier_one_in_force() throws Exception {
    sending.add(record(ControlKind.API_KEY, ID, apiKey()));
    sending.add(record(ControlKind.APP, MAIL.value(), new App("TEAM567890")));
    sending.add(record(ControlKey.of(ControlKind.API_KEY, ID).bytes(), text()));
    sending.add(record(null, text()));

    try (ControlReader reader = read()) {
      await().atMost(PATIENCE).until(reader::isComplete);
      assertThat(reader.apiKey(ID)).isEmpty();
      assertThat(reader.entries(ControlKind.API_KEY)).isEmpty();
      assertThat(reader.app(MAIL)).isPresent();
      assertThat(reader.unreadable()).isEqualTo(2);
      assertThat(reader.lag()).isZero();

      consumer.addRecord(record(ControlKind.API_KEY, ID, apiKey()));
      await().atMost(PATIENCE).until(() -> reader.apiKey(ID).isPresent());
    }
  }
}
