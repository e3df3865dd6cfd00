package dev.tidings.node.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Entry;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveryReaderTest {
  private static final TopicPartition PARTITION =
      new TopicPartition(LogTopics.DELIVERIES.name(), 0);
  private static final byte[] DEVICE = "phone".getBytes(StandardCharsets.UTF_8);

  private final FakeRegistry fake = new FakeRegistry();
  private final RegistryClient registry =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, fake.url())));
  private final AvroSerializer<SpecificRecord> serializer = new AvroSerializer<>(registry);
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final LogWriter log = new LogWriter(producer, new AvroSerializer<>(registry));
  private final DeliveryReader reader =
      new DeliveryReader(
          consumer,
          new DeliveryDecoder(new Deliveries(registry), InstantSource.system()),
          new DeadLetters(log),
          1 << 20,
          3,
          Duration.ofMinutes(1));
  private final Sink sink = new Sink();

  private static final class Sink implements DeliverySink {
    private final List<Long> arrived = new CopyOnWriteArrayList<>();
    private final List<Long> ended = new CopyOnWriteArrayList<>();
    private volatile CommitPoint begun;

    @Override
    public void beginsAt(CommitPoint committed) {
      begun = committed;
    }

    @Override
    public void arrived(List<Entry> entries, long next) {
      entries.forEach(entry -> arrived.add(entry.sequence()));
    }

    @Override
    public void ended(Entry entry) {
      ended.add(entry.sequence());
    }

    @Override
    public long bytes() {
      return 0;
    }
  }

  @AfterEach
  void stop() {
    reader.close();
    log.close();
    registry.close();
    fake.close();
  }

  private void read(long committed, long end, Map<Long, byte[]> values) {
    log.start();
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, end));
    consumer.assign(List.of(PARTITION));
    consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(committed)));
    consumer.schedulePollTask(() ->
        new TreeMap<>(values)
            .forEach((offset, value) ->
                consumer.addRecord(
                    new ConsumerRecord<>(
                        PARTITION.topic(), PARTITION.partition(), offset, DEVICE, value))));
    reader.start();
    reader.assign(0, sink);
  }

  private byte[] delivery(Consumer<Delivery.Builder> change) {
    Delivery.Builder builder =
        Delivery.newBuilder()
            .setId(new UUID(0, 1).toString())
            .setToken("token")
            .setApp("com.example")
            .setPayload(ByteBuffer.wrap(new byte[] {'{', '}'}))
            .setSteps(List.of());
    change.accept(builder);
    return serializer.serialize(LogTopics.DELIVERIES.name(), builder.build());
  }

  @Test
  void reading_begins_so_far_before_the_commit_that_repetitions_can_be_recognised() {
    byte[] good = delivery(delivery -> {});
    read(5, 7, Map.of(2L, good, 3L, good, 4L, good, 5L, good, 6L, good));

    Awaitility.await().until(() -> sink.arrived.size() == 5);

    assertThat(sink.begun.low()).isEqualTo(5);
    assertThat(sink.arrived).containsExactlyInAnyOrder(2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void what_nobody_can_read_goes_to_the_dead_letters_once_and_not_again_after_its_commit() {
    byte[] bad = {1, 2, 3};
    read(5, 6, Map.of(4L, bad, 5L, bad));

    Awaitility.await().until(() -> sink.ended.equals(List.of(5L)));

    assertThat(producer.history())
        .hasSize(1)
        .allMatch(record -> record.topic().equals(LogTopics.DEAD_LETTERS.name()));
  }

  @Test
  void a_delivery_with_impossible_values_is_as_good_as_unreadable() {
    read(
        0,
        5,
        Map.of(
            0L, delivery(delivery -> delivery.setExpiration(-5L)),
            1L, delivery(delivery -> delivery.setApp("no/app")),
            2L, delivery(delivery -> delivery.setId("#")),
            3L, delivery(delivery -> delivery.setCollapseId("")),
            4L, delivery(delivery -> {})));

    Awaitility.await().until(() -> sink.ended.size() == 4 && sink.arrived.size() == 5);

    assertThat(producer.history()).hasSize(4);
    assertThat(
            producer.history().stream()
                .map(record ->
                    new String(
                        record.headers().lastHeader("tidings-reason").value(),
                        StandardCharsets.UTF_8)))
        .anyMatch(reason -> reason.contains("expiration: -5"));
  }
}
