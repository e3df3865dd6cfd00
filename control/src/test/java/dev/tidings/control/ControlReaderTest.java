package dev.tidings.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidings.control.ControlWriter.Author;
import dev.tidings.control.decide.CredentialKind;
import dev.tidings.control.decide.RefusedDecisionException;
import dev.tidings.schemas.avro.ApiKey;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.AppId;
import dev.tidings.service.kafka.producer.ProducerSource;
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
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the reader does with a topic that a test writes record by record.
 *
 * <p>Shows G51 of docs/guarantees.md.
 */
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
            consumer,
            PARTITION.topic(),
            () -> CompletableFuture.completedFuture(topicId),
            () -> ""),
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

      assertThat(CredentialKind.API_KEY.revoke(reader, ID))
          .isEqualTo(ControlChange.remove(ControlKind.API_KEY, ID, "api-key revoke: unreadable"));
      assertThatThrownBy(() -> CredentialKind.API_KEY.revoke(reader, "API0000000"))
          .isInstanceOf(RefusedDecisionException.class);

      consumer.addRecord(record(ControlKind.API_KEY, ID, apiKey()));
      await().atMost(PATIENCE).until(() -> reader.apiKey(ID).isPresent());
    }
  }

  /** Somebody revokes the key; the broker has not sent that yet. */
  private ConsumerRecord<byte[], byte[]> revoked() {
    ConsumerRecord<byte[], byte[]> tombstone =
        record(ControlKey.of(ControlKind.API_KEY, ID).bytes(), null);
    consumer.updateEndOffsets(new HashMap<>(Map.of(PARTITION, end)));
    return tombstone;
  }

  @Test
  void who_waits_for_the_end_knows_of_all_that_was_written_before() throws Exception {
    sending.add(record(ControlKind.API_KEY, ID, apiKey()));
    try (ControlReader reader = read()) {
      assertThat(reader.awaitEnd(PATIENCE)).isTrue();
      assertThat(reader.apiKey(ID)).isPresent();

      ConsumerRecord<byte[], byte[]> tombstone = revoked();
      assertThat(reader.awaitEnd(Duration.ofMillis(100))).isFalse();

      consumer.addRecord(tombstone);
      assertThat(reader.awaitEnd(PATIENCE)).isTrue();
      assertThat(reader.apiKey(ID)).isEmpty();
    }
  }

  /** Nothing is put off: what a poll has brought counts before the next one. */
  @Test
  void a_change_counts_from_the_poll_on_that_brings_it() throws Exception {
    sending.add(record(ControlKind.API_KEY, ID, apiKey()));
    try (ControlReader reader = read()) {
      await().atMost(PATIENCE).until(reader::isComplete);
      long version = reader.version();
      ConsumerRecord<byte[], byte[]> tombstone = revoked();
      CompletableFuture<Boolean> counts = new CompletableFuture<>();
      consumer.schedulePollTask(() -> consumer.addRecord(tombstone));
      consumer.schedulePollTask(
          () -> counts.complete(reader.apiKey(ID).isEmpty() && reader.version() != version));

      assertThat(counts.get()).isTrue();
    }
  }

  @Test
  void a_key_that_somebody_else_revokes_meanwhile_does_not_come_back() throws Exception {
    sending.add(record(ControlKind.API_KEY, ID, apiKey()));
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    ControlWriter writer =
        new ControlWriter(
            ProducerSource.always(producer), registry, TopicNames.PLAIN, InstantSource.system());
    Author author = new Author("me", "here");
    try (ControlReader reader = read()) {
      await().atMost(PATIENCE).until(reader::isComplete);
      ControlChange<ApiKey> expire =
          CredentialKind.API_KEY.expire(reader, ID, Instant.ofEpochSecond(99));
      writer.write(author, expire, reader);
      assertThat(producer.history()).hasSize(2);

      consumer.addRecord(revoked());

      assertThatThrownBy(() -> writer.write(author, expire, reader))
          .isInstanceOf(KafkaException.class)
          .hasMessageContaining(ID + " has been changed or removed by somebody else");
      assertThat(producer.history())
          .extracting(ProducerRecord::topic)
          .containsExactly("tidings.audit", "tidings.control", "tidings.audit");
      assertThatThrownBy(() -> writer.write(author, expire))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
