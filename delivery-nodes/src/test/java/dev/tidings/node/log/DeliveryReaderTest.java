package dev.tidings.node.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.log.decode.DeliveryDecoder;
import dev.tidings.node.log.decode.DeliveryDeserializer;
import dev.tidings.node.log.life.Commit;
import dev.tidings.node.log.partition.DeliverySink;
import dev.tidings.node.log.partition.ReaderMeters;
import dev.tidings.node.log.write.DeadLetters;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.log.write.WriterMeters;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.testing.ForeignValue;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.health.Health;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shows G21, G51, G54, G56, G58, G59 and G85 of docs/guarantees.md. */
class DeliveryReaderTest {
  private static final TopicPartition PARTITION =
      new TopicPartition(LogTopics.DELIVERIES.name(), 0);
  private static final byte[] DEVICE = "phone".getBytes(StandardCharsets.UTF_8);

  private final FakeRegistry fake = new FakeRegistry();
  private final RegistryClient registry =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, fake.url())));
  private final AvroSerializer<SpecificRecord> serializer = new AvroSerializer<>(registry);
  private static final Uuid TOPIC = new Uuid(1, 1);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Throwable> fatal = new CopyOnWriteArrayList<>();
  private volatile KafkaException refusal;
  private final Queue<RuntimeException> beginningsFail = new ConcurrentLinkedQueue<>();
  private volatile MockConsumer<byte[], byte[]> consumer = new Refusing();

  /** The consumers that are opened, one after the other. */
  private final Queue<MockConsumer<byte[], byte[]>> consumers =
      new ConcurrentLinkedQueue<>(List.of(consumer));

  private final AtomicReference<Uuid> topic = new AtomicReference<>(TOPIC);
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final LogWriter log =
      new LogWriter(
          () -> producer,
          TopicNames.PLAIN,
          new AvroSerializer<>(registry),
          new WriterMeters(meters),
          fatal::add);
  private final DeliveryReader reader =
      new DeliveryReader(
          consumers::remove,
          "tidings.deliveries",
          new ConsumerLookup(() -> consumer, topic::get),
          new DeliveryDecoder(new DeliveryDeserializer(registry), System::currentTimeMillis),
          new DeadLetters(log, meters),
          new ReaderRules(
              1 << 20, 1 << 21, 3, Duration.ofMinutes(1), Duration.ofMillis(200), false),
          log::isFull,
          new ReaderMeters(meters),
          fatal::add);
  private final Sink sink = new Sink();

  private final class Refusing extends MockConsumer<byte[], byte[]> {
    Refusing() {
      super("none");
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      KafkaException now = refusal;
      if (now != null) {
        throw now;
      }
      return super.poll(timeout);
    }

    @Override
    public synchronized Map<TopicPartition, Long> beginningOffsets(
        Collection<TopicPartition> partitions, Duration timeout) {
      RuntimeException now = beginningsFail.poll();
      if (now != null) {
        throw now;
      }
      return super.beginningOffsets(partitions, timeout);
    }
  }

  private static final class Sink implements DeliverySink {
    private final List<Long> arrived = new CopyOnWriteArrayList<>();
    private final List<Long> ended = new CopyOnWriteArrayList<>();
    private volatile CommitPoint begun;
    private volatile Life life;
    private volatile long highestParked = -1;

    @Override
    public Life life() {
      return life;
    }

    @Override
    public long highestParked() {
      return highestParked;
    }

    @Override
    public void beginsAt(Life begins, CommitPoint committed) {
      life = begins;
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
    read(new OffsetAndMetadata(committed), 0, end, values);
  }

  private void read(OffsetAndMetadata committed, long start, long end, Map<Long, byte[]> values) {
    consumer.assign(List.of(PARTITION));
    consumer.commitSync(Map.of(PARTITION, committed));
    begin(start, end, values);
  }

  private void begin(long start, long end, Map<Long, byte[]> values) {
    log.start();
    consumer.updateBeginningOffsets(Map.of(PARTITION, start));
    consumer.updateEndOffsets(Map.of(PARTITION, end));
    comes(values);
    reader.start();
    reader.assign(0, sink);
  }

  private void comes(Map<Long, byte[]> values) {
    consumer.schedulePollTask(() ->
        new TreeMap<>(values)
            .forEach((offset, value) ->
                consumer.addRecord(
                    new ConsumerRecord<>(
                        PARTITION.topic(), PARTITION.partition(), offset, DEVICE, value))));
  }

  private Map<Long, byte[]> good(long from, long to) {
    Map<Long, byte[]> values = new TreeMap<>();
    for (long offset = from; offset < to; offset++) {
      values.put(offset, delivery(delivery -> {}));
    }
    return values;
  }

  private OffsetAndMetadata commit(int life, Uuid id, long low, long next) {
    long sequence = new Life(life, id, 0).sequence(low);
    CommitPoint point = new CommitPoint(sequence, new BitSet());
    return new Commit(life, id, next, Optional.empty(), point).toKafka();
  }

  @Test
  void who_may_not_read_what_it_owns_is_not_healthy_until_it_may() {
    refusal = new TopicAuthorizationException("Not authorized: deliveries");
    read(0, 0, Map.of());

    Awaitility.await()
        .untilAsserted(() ->
            assertThat(reader.health())
                .isInstanceOfSatisfying(
                    Health.Unhealthy.class,
                    why -> assertThat(why.reason()).contains("Not authorized")));
    refusal = null;

    Awaitility.await().until(() -> reader.health().equals(Health.healthy()));
  }

  private double counted(String name, String... tags) {
    Counter counter = meters.find("tidings.node.reader." + name).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }

  private OffsetAndMetadata committed() {
    return consumer.committed(Set.of(PARTITION)).get(PARTITION);
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

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN_SCHEMA_ID")
  void what_is_no_delivery_is_a_dead_letter_and_the_next_one_arrives(ForeignValue value) {
    byte[] good = delivery(delivery -> {});
    read(0, 2, Map.of(0L, value.bytes(good, new AvroSerializer<>(registry)), 1L, good));

    Awaitility.await().until(() -> sink.ended.equals(List.of(0L)) && sink.arrived.contains(1L));
    assertThat(producer.history())
        .hasSize(1)
        .allMatch(record -> record.topic().equals(LogTopics.DEAD_LETTERS.name()));
  }

  @Test
  void a_key_that_is_no_device_s_is_as_good_as_unreadable() {
    read(0, 0, Map.of());
    DeliveryDecoder decoder =
        new DeliveryDecoder(new DeliveryDeserializer(registry), System::currentTimeMillis);
    byte[] good = delivery(delivery -> {});
    byte[][] keys = {
      null,
      {},
      {0},
      {(byte) 0xff},
      "phone".getBytes(StandardCharsets.UTF_16),
      "x".repeat(129).getBytes(StandardCharsets.UTF_8),
      new byte[1 << 20]
    };
    for (byte[] key : keys) {
      assertThat(
              decoder.decode(
                  new ConsumerRecord<>(LogTopics.DELIVERIES.name(), 0, 0, key, good),
                  Life.first(Uuid.ZERO_UUID)))
          .isInstanceOf(DeliveryDecoder.Decoded.Unreadable.class);
    }
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

  @Test
  void a_topic_made_anew_is_read_from_its_beginning_and_its_offsets_are_other_sequences() {
    read(commit(0, new Uuid(9, 9), 5, 5), 0, 7, good(0, 7));

    Awaitility.await().until(() -> sink.arrived.size() == 7);

    Life second = new Life(1, TOPIC, 0);
    assertThat(sink.life).isEqualTo(second);
    assertThat(sink.arrived).startsWith(second.sequence(0)).endsWith(second.sequence(6));
    assertThat(counted("discontinuities", "reason", "topic")).isOne();
  }

  @Test
  void a_commit_beyond_the_end_is_not_believed() {
    read(commit(0, TOPIC, 500, 500), 0, 3, good(0, 3));

    Awaitility.await().until(() -> sink.arrived.size() == 3);

    assertThat(sink.life.number()).isOne();
    assertThat(counted("discontinuities", "reason", "tail")).isOne();
  }

  @Test
  void what_is_parked_beyond_the_end_tells_that_offsets_are_used_anew() {
    sink.life = Life.first(TOPIC);
    sink.highestParked = 40;
    read(commit(0, TOPIC, 2, 2), 0, 3, good(0, 3));

    Awaitility.await().until(() -> sink.arrived.contains(new Life(1, TOPIC, 0).sequence(2)));
  }

  @Test
  void a_lost_commit_is_told_where_a_node_has_been_before_and_nothing_of_it_where_none_has() {
    sink.life = Life.first(TOPIC);
    begin(0, 3, good(0, 3));

    Awaitility.await().until(() -> sink.arrived.size() == 3);

    assertThat(counted("discontinuities", "reason", "commit")).isOne();
    assertThat(sink.life).isEqualTo(Life.first(TOPIC));
  }

  @Test
  void a_first_beginning_is_no_discontinuity() {
    begin(0, 3, good(0, 3));

    Awaitility.await().until(() -> sink.arrived.size() == 3);

    assertThat(meters.find("tidings.node.reader.discontinuities").counters())
        .allMatch(counter -> counter.count() == 0);
  }

  @Test
  void what_retention_dropped_before_it_was_read_is_counted() {
    read(commit(0, TOPIC, 5, 7), 100, 103, good(100, 103));

    Awaitility.await().until(() -> sink.arrived.size() == 3);

    assertThat(counted("skipped", "reason", "retention", "partition", "0")).isEqualTo(95);
    assertThat(sink.life.number()).isZero();
  }

  @Test
  void a_topic_made_anew_while_it_is_read_is_noticed() {
    begin(0, 2, good(0, 2));
    Awaitility.await().until(() -> sink.arrived.size() == 2);

    // A consumer that has read the deleted topic may never find a leader in the new one.
    MockConsumer<byte[], byte[]> first = consumer;
    consumer = new Refusing();
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, 1L));
    consumers.add(consumer);
    topic.set(new Uuid(2, 2));
    Awaitility.await().until(() -> sink.life.number() == 1);
    assertThat(first.closed()).isTrue();
    comes(good(0, 1));

    Awaitility.await().until(() -> sink.arrived.size() == 3);
    assertThat(sink.arrived.getLast()).isEqualTo(sink.life.sequence(0));
    Awaitility.await().until(() -> Commit.of(committed()).topic().equals(new Uuid(2, 2)));
  }

  @Test
  void offsets_that_are_out_of_range_while_it_is_read_begin_anew() {
    begin(0, 4, good(0, 4));
    Awaitility.await().until(() -> sink.arrived.size() == 4);

    consumer.updateEndOffsets(Map.of(PARTITION, 1L));
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 4L)));
    Awaitility.await().until(() -> sink.life.number() == 1);
    comes(good(0, 1));

    Awaitility.await().until(() -> sink.arrived.size() == 5);
    assertThat(counted("discontinuities", "reason", "tail")).isOne();
  }

  @Test
  void a_command_that_comes_while_it_begins_anew_does_not_end_it() {
    beginsAnewAllTheSame(new WakeupException());
  }

  @Test
  void whatever_goes_wrong_while_it_begins_anew_does_not_end_it() {
    beginsAnewAllTheSame(new IllegalStateException("this makes no sense"));
  }

  private void beginsAnewAllTheSame(RuntimeException first) {
    begin(0, 4, good(0, 4));
    Awaitility.await().until(() -> sink.arrived.size() == 4);

    beginningsFail.add(first);
    consumer.updateEndOffsets(Map.of(PARTITION, 1L));
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 4L)));
    Awaitility.await().until(beginningsFail::isEmpty);
    // A consumer says so for as long as its position is where nothing is.
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 4L)));

    Awaitility.await().until(() -> sink.life.number() == 1);
    // Though no record comes.
    Awaitility.await().until(() -> reader.health().equals(Health.healthy()));
    assertThat(fatal).isEmpty();
  }

  @Test
  void a_log_that_diverges_is_read_from_there() {
    begin(0, 4, good(0, 4));
    Awaitility.await().until(() -> sink.arrived.size() == 4);

    reader.commit(0, sink, new CommitPoint(3, new BitSet()));
    Awaitility.await().until(() -> committed().offset() == 3);
    consumer.setPollException(
        new LogTruncationException(
            "truncated", Map.of(PARTITION, 4L), Map.of(PARTITION, new OffsetAndMetadata(2))));
    Awaitility.await().until(() -> sink.life.number() == 1);
    assertThat(sink.begun.low()).isEqualTo(sink.life.sequence(2));
  }

  @Test
  void commits_are_renewed_though_nothing_changes() {
    begin(0, 1, good(0, 1));
    Awaitility.await().until(() -> sink.begun != null);
    reader.commit(0, sink, new CommitPoint(1, new BitSet()));
    Awaitility.await().until(() -> committed() != null && committed().offset() == 1);

    // As if somebody had deleted the group.
    consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(0)));

    Awaitility.await().until(() -> committed().offset() == 1);
  }

  @Test
  void the_newest_assignment_wins_however_long_the_first_takes_to_begin() {
    Sink newer = new Sink();
    consumer.setOffsetsException(new TimeoutException("the broker is slow"));
    read(commit(0, TOPIC, 0, 0), 0, 2, Map.of());
    reader.release(0, sink, null);
    reader.assign(0, newer);
    Awaitility.await().until(() -> newer.begun != null);
    comes(good(0, 2));

    Awaitility.await().until(() -> newer.arrived.size() == 2);
    assertThat(sink.arrived).isEmpty();
  }

  @Test
  void the_brokers_cannot_be_asked_at_all_and_later_they_can() {
    for (int i = 0; i < 3; i++) {
      beginningsFail.add(new IllegalStateException("this makes no sense"));
    }
    begin(0, 1, good(0, 1));

    Awaitility.await()
        .untilAsserted(() ->
            assertThat(reader.health())
                .isInstanceOfSatisfying(
                    Health.Unhealthy.class,
                    why ->
                        assertThat(why.reason())
                            .contains(PARTITION + " cannot be started", "makes no sense")));
    Awaitility.await().until(() -> sink.arrived.size() == 1);
    Awaitility.await().until(() -> reader.health().equals(Health.healthy()));
    assertThat(meters.get("tidings.node.reader.partitions.suspended").gauge().value()).isZero();
  }

  /** What is looked up takes its time, and the partition may be another node's by then. */
  @Test
  void a_partition_that_was_let_go_while_it_was_looked_up_is_not_read() {
    beginningsFail.add(new TimeoutException("for the test"));
    begin(0, 1, good(0, 1));
    Awaitility.await().until(() -> reader.health() instanceof Health.Unhealthy);
    reader.release(0, sink, null).join();
    Awaitility.await().until(() -> reader.health().equals(Health.healthy()));

    Sink other = new Sink();
    TopicPartition second = new TopicPartition(PARTITION.topic(), 1);
    consumer.updateBeginningOffsets(Map.of(second, 0L));
    consumer.updateEndOffsets(Map.of(second, 0L));
    reader.assign(1, other);
    Awaitility.await().until(() -> other.begun != null);

    assertThat(sink.begun).isNull();
    assertThat(consumer.assignment()).containsExactly(second);
  }

  @Test
  void a_damaged_batch_keeps_its_own_partition_only() {
    TopicPartition other = new TopicPartition(PARTITION.topic(), 1);
    Sink sound = new Sink();
    consumer.updateBeginningOffsets(Map.of(other, 0L));
    consumer.updateEndOffsets(Map.of(other, 1L));
    begin(0, 1, good(0, 1));
    reader.assign(1, sound);
    Awaitility.await().until(() -> sink.arrived.size() == 1 && sound.begun != null);

    consumer.setPollException(
        new KafkaException(
            "Received exception when fetching the next record from " + PARTITION + ". If needed"));
    Awaitility.await().until(() -> !consumer.assignment().contains(PARTITION));
    assertThat(reader.health()).isInstanceOf(Health.Unhealthy.class);
    consumer.schedulePollTask(() ->
        consumer.addRecord(
            new ConsumerRecord<>(other.topic(), 1, 0, DEVICE, delivery(delivery -> {}))));

    Awaitility.await().until(() -> sound.arrived.size() == 1);
    assertThat(meters.get("tidings.node.reader.partitions.suspended").gauge().value()).isOne();
    // It is tried again by itself.
    Awaitility.await().until(() -> consumer.assignment().contains(PARTITION));
  }

  @Test
  void an_error_ends_the_process_and_not_the_thread_alone() {
    consumer.schedulePollTask(() -> {
      throw new OutOfMemoryError("for the test");
    });
    begin(0, 0, Map.of());

    Awaitility.await().until(() -> !fatal.isEmpty());
    assertThat(fatal.getFirst()).isInstanceOf(OutOfMemoryError.class);
  }
}
