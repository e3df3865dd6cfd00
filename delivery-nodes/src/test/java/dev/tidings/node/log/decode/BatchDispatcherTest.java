package dev.tidings.node.log.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.log.life.StartPoint;
import dev.tidings.node.log.partition.OwnedPartition;
import dev.tidings.node.log.partition.OwnedPartitions;
import dev.tidings.node.log.partition.ReaderConsumer;
import dev.tidings.node.log.partition.ReaderMeters;
import dev.tidings.node.log.partition.RecordingSink;
import dev.tidings.node.log.write.DeadLetters;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.log.write.WriterMeters;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntUnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Records whose schemas no registry knows: each attempt holds up their partition.
 *
 * <p>Shows G54 of docs/guarantees.md.
 */
class BatchDispatcherTest {
  private static final TopicPartition PARTITION =
      new TopicPartition(LogTopics.DELIVERIES.name(), 0);
  private static final int FOREIGN = 100;

  /** The attempts at a record whose schema may only just have been registered. */
  private static final int TRIES = 4;

  private final FakeRegistry fake = new FakeRegistry();
  private final RegistryClient registry =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, fake.url())));
  private final AvroSerializer<SpecificRecord> serializer = new AvroSerializer<>(registry);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicLong nanos = new AtomicLong();
  private final LogWriter log =
      new LogWriter(
          () ->
              new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()),
          TopicNames.PLAIN,
          serializer,
          new WriterMeters(meters),
          failure -> {});
  private final OwnedPartitions owned =
      new OwnedPartitions(
          new ReaderConsumer(() -> new MockConsumer<>("none")), new ReaderMeters(meters));
  private final BatchDispatcher dispatcher =
      new BatchDispatcher(
          owned,
          new DeliveryDecoder(new DeliveryDeserializer(registry), () -> 0L),
          new DeadLetters(log, meters),
          nanos::get);
  private final RecordingSink sink = new RecordingSink();
  private final OwnedPartition reading =
      new OwnedPartition(
          PARTITION,
          sink,
          new StartPoint(
              Life.first(Uuid.ZERO_UUID), new CommitPoint(0, new BitSet()), Optional.empty(), 0));

  @AfterEach
  void stop() {
    registry.close();
    fake.close();
  }

  private byte[] delivery() {
    return serializer.serialize(
        LogTopics.DELIVERIES.name(),
        Delivery.newBuilder()
            .setId(new UUID(0, 1).toString())
            .setToken("token")
            .setApp("com.example")
            .setPayload(ByteBuffer.wrap(new byte[] {'{', '}'}))
            .setSteps(List.of())
            .build());
  }

  /**
   * Reads records of unknown schemas, and one delivery behind them.
   *
   * @param schemas the schema of each
   * @return how often the partition was suspended before all had arrived
   */
  private int suspensions(IntUnaryOperator schemas) {
    owned.add(reading);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int offset = 0; offset <= FOREIGN; offset++) {
      byte[] value = delivery();
      if (offset < FOREIGN) {
        ByteBuffer.wrap(value).putInt(1, schemas.applyAsInt(offset));
      }
      records.add(record(offset, value));
    }
    int suspensions = 0;
    while (reading.next() <= FOREIGN) {
      int from = (int) reading.next();
      dispatcher.dispatch(
          new ConsumerRecords<>(
              Map.of(PARTITION, records.subList(from, records.size())), Map.of()));
      if (reading.isSuspended()) {
        suspensions++;
        reading.isTriedAgain();
        nanos.addAndGet(OwnedPartitions.RETRY_NANOS);
      }
    }
    assertThat(sink.arrived()).hasSize(FOREIGN + 1).isSorted();
    return suspensions;
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, byte[] value) {
    return new ConsumerRecord<>(
        PARTITION.topic(), 0, offset, "phone".getBytes(StandardCharsets.UTF_8), value);
  }

  @Test
  void many_records_of_one_unknown_schema_hold_up_the_next_ones_as_long_as_one_does() {
    assertThat(suspensions(offset -> 4_711)).isEqualTo(TRIES - 1);
  }

  @Test
  void many_records_of_different_unknown_schemas_hold_up_the_next_ones_as_long_as_a_few_do() {
    assertThat(suspensions(offset -> 4_711 + offset))
        .isEqualTo(MissingSchemas.MAX_TRIED * (TRIES - 1));
  }

  @Test
  void an_unknown_schema_is_asked_for_again_after_a_while() {
    MissingSchemas missing = new MissingSchemas(nanos::get);
    for (int id = 0; id < MissingSchemas.MAX_TRIED; id++) {
      assertThat(missing.isHopeless(id)).isFalse();
      missing.givenUp(id);
    }
    assertThat(missing.isHopeless(0)).isTrue();
    assertThat(missing.isHopeless(4_711)).isTrue();

    nanos.addAndGet(Duration.ofMinutes(1).toNanos());

    assertThat(missing.isHopeless(0)).isFalse();
    assertThat(missing.isHopeless(4_711)).isFalse();
  }

  @Test
  void what_is_remembered_of_unknown_schemas_is_bounded() {
    MissingSchemas missing = new MissingSchemas(nanos::get);
    for (int id = 0; id < 100_000; id++) {
      missing.givenUp(id);
    }
    assertThat(missing.size()).isEqualTo(MissingSchemas.MAX_REMEMBERED);
  }
}
