package dev.tidings.node.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidings.node.log.decode.DeliveryDecoder;
import dev.tidings.node.log.decode.DeliveryDecoder.Decoded;
import dev.tidings.node.log.decode.DeliveryDeserializer;
import dev.tidings.node.log.life.Commit;
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
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.registry.known.SchemaStore;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.health.Health;
import dev.tidings.service.health.Health.Unhealthy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the reader leaves undone, until it may: to read on, to commit, to take for unreadable.
 *
 * <p>Shows G54 and G65 of docs/guarantees.md.
 */
class ReaderRestraintTest {
  private static final long WINDOW = 1 << 20;
  private static final long ALL_WINDOWS = 2 * WINDOW;

  /** So long at least after a standstill. */
  private static final Duration HEARD_WITHIN = Duration.ofSeconds(3);

  private static final byte[] DEVICE = "phone".getBytes(StandardCharsets.UTF_8);
  private static final Uuid TOPIC = new Uuid(1, 1);

  private final FakeRegistry fake = new FakeRegistry();
  private final RegistryClient writing = registry();
  private RegistryClient reading = registry();
  private final AvroSerializer<SpecificRecord> serializer = new AvroSerializer<>(writing);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Throwable> fatal = new CopyOnWriteArrayList<>();
  private final Group consumer = new Group();
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final LogWriter log =
      new LogWriter(
          () -> producer,
          TopicNames.PLAIN,
          new AvroSerializer<>(writing),
          new WriterMeters(meters),
          fatal::add);
  private volatile boolean logIsFull;
  private DeliveryReader reader;

  /** A consumer whose commits may fail, and whose partitions may have no leader. */
  private static final class Group extends MockConsumer<byte[], byte[]> {
    private final AtomicInteger failing = new AtomicInteger();
    private final Set<TopicPartition> leaderless = ConcurrentHashMap.newKeySet();

    /** Their leaders don't tell whether their logs are still those that were read. */
    private final Set<TopicPartition> undecided = ConcurrentHashMap.newKeySet();

    /** The commits of those who owned the partitions before. */
    private final Map<TopicPartition, OffsetAndMetadata> left = new ConcurrentHashMap<>();

    private volatile boolean coordinatorless;

    /** For how long it was to wait for what never came. */
    private final List<Duration> waits = new CopyOnWriteArrayList<>();

    private final List<Long> commits = new CopyOnWriteArrayList<>();

    Group() {
      super("none");
    }

    @Override
    public synchronized void commitAsync(
        Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
      commits.add(System.nanoTime());
      if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        callback.onComplete(offsets, new CoordinatorNotAvailableException("for the test"));
      } else {
        super.commitAsync(offsets, callback);
      }
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
        Set<TopicPartition> partitions) {
      Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>(left);
      all.keySet().retainAll(partitions);
      all.putAll(super.committed(partitions));
      return all;
    }

    /** Not synchronized: who waits for a leader keeps nobody else from the consumer. */
    @Override
    public Map<TopicPartition, Long> beginningOffsets(
        Collection<TopicPartition> partitions, Duration timeout) {
      if (partitions.stream().anyMatch(leaderless::contains)) {
        await().pollDelay(timeout).atMost(timeout.plusSeconds(60)).until(() -> true);
        throw new TimeoutException("for the test");
      }
      return super.beginningOffsets(partitions, timeout);
    }

    /** Not synchronized, as above. */
    @Override
    public long position(TopicPartition partition, Duration timeout) {
      if (undecided.contains(partition)) {
        waits.add(timeout);
        await().pollDelay(timeout).atMost(timeout.plusSeconds(60)).until(() -> true);
        throw new TimeoutException("for the test");
      }
      return super.position(partition, timeout);
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
      if (coordinatorless) {
        waits.add(timeout);
        throw new TimeoutException("for the test");
      }
      super.commitSync(offsets, timeout);
    }

    /** When it was first committed after that time. */
    long firstAfter(long time) {
      return commits.stream().filter(at -> at - time > 0).findFirst().orElseThrow();
    }
  }

  private RegistryClient registry() {
    return new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, fake.url())));
  }

  private static TopicPartition partition(int number) {
    return new TopicPartition(LogTopics.DELIVERIES.name(), number);
  }

  /** Reads so many partitions, each of which has so many records before it is read. */
  private List<RecordingSink> read(int partitions, Duration session, Duration renewal) {
    reader =
        new DeliveryReader(
            () -> consumer,
            LogTopics.DELIVERIES.name(),
            new ConsumerLookup(() -> consumer, () -> TOPIC),
            new DeliveryDecoder(new DeliveryDeserializer(reading), System::currentTimeMillis),
            new DeadLetters(log, meters),
            new ReaderRules(WINDOW, ALL_WINDOWS, 3, session, renewal, false),
            () -> logIsFull,
            new ReaderMeters(meters),
            fatal::add);
    log.start();
    List<RecordingSink> sinks = new CopyOnWriteArrayList<>();
    Map<TopicPartition, Long> none = new HashMap<>();
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (int number = 0; number < partitions; number++) {
      none.put(partition(number), 0L);
      ends.put(partition(number), consumer.undecided.contains(partition(number)) ? 9L : 0L);
      sinks.add(new RecordingSink());
    }
    consumer.updateBeginningOffsets(none);
    consumer.updateEndOffsets(ends);
    reader.start();
    for (int number = 0; number < partitions; number++) {
      reader.assign(number, sinks.get(number));
    }
    await()
        .until(() ->
            consumer.assignment().size()
                >= partitions - consumer.leaderless.size() - consumer.undecided.size());
    return sinks;
  }

  private List<RecordingSink> read(int partitions) {
    return read(partitions, Duration.ofMinutes(1), Duration.ofMinutes(1));
  }

  @AfterEach
  void stop() {
    reader.close();
    log.close();
    writing.close();
    reading.close();
    fake.close();
  }

  private byte[] delivery(long number) {
    return serializer.serialize(
        LogTopics.DELIVERIES.name(),
        Delivery.newBuilder()
            .setId(new UUID(0, number).toString())
            .setToken("token")
            .setApp("com.example")
            .setPayload(ByteBuffer.wrap(new byte[] {'{', '}'}))
            .setSteps(List.of())
            .build());
  }

  private void comes(int partition, long offset) {
    comes(partition, offset, delivery(offset));
  }

  private void comes(int partition, long offset, byte[] value) {
    consumer.schedulePollTask(() ->
        consumer.addRecord(
            new ConsumerRecord<>(LogTopics.DELIVERIES.name(), partition, offset, DEVICE, value)));
  }

  /** Up to where everything is resolved, as the group has it. */
  private long committed() {
    OffsetAndMetadata there = consumer.committed(Set.of(partition(0))).get(partition(0));
    return there == null ? -1 : there.offset();
  }

  /** So often at least it has had the chance to do what it is not to do. */
  private void turns(int count) throws InterruptedException {
    for (int turn = 0; turn < count; turn++) {
      CountDownLatch polled = new CountDownLatch(1);
      consumer.schedulePollTask(polled::countDown);
      assertThat(polled.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void a_partition_whose_window_is_full_is_read_no_further_until_half_of_it_is_resolved()
      throws Exception {
    RecordingSink sink = read(1).getFirst();
    sink.takes(WINDOW);
    await().until(() -> consumer.paused().contains(partition(0)));

    comes(0, 0);
    sink.takes(WINDOW / 2);
    turns(3);
    assertThat(sink.arrived()).isEmpty();

    sink.takes(WINDOW / 2 - 1);
    await().until(() -> sink.arrived().size() == 1);
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void when_all_windows_together_are_full_each_partition_has_its_share() throws Exception {
    List<RecordingSink> sinks = read(4);
    sinks.get(0).takes(WINDOW - 1);
    sinks.get(1).takes(WINDOW - 1);
    turns(3);
    assertThat(consumer.paused()).isEmpty();

    sinks.get(2).takes(2);
    await().until(() -> consumer.paused().size() == 2);

    assertThat(consumer.paused()).containsExactlyInAnyOrder(partition(0), partition(1));
  }

  @Test
  void nothing_is_read_while_too_much_waits_to_be_written() throws Exception {
    List<RecordingSink> sinks = read(2);
    logIsFull = true;
    await().until(() -> consumer.paused().size() == 2);
    comes(0, 0);
    comes(1, 0);
    turns(3);
    assertThat(sinks).allMatch(sink -> sink.arrived().isEmpty());

    logIsFull = false;

    await().until(() -> sinks.stream().allMatch(sink -> sink.arrived().size() == 1));
  }

  @Test
  void a_commit_that_was_not_taken_is_counted_and_made_again() {
    consumer.failing.set(2);
    RecordingSink sink = read(1).getFirst();
    await().until(() -> sink.life() != null);

    reader.commit(0, sink, new CommitPoint(sink.life().sequence(7), new BitSet()));

    await().until(() -> committed() == 7);
    assertThat(meters.get("tidings.node.reader.commit.failures").counter().count()).isEqualTo(2);
  }

  @Test
  void a_node_that_stood_still_neither_reads_nor_commits_until_it_must_have_heard_who_owns_what()
      throws Exception {
    // Renewed at every turn: there is always something to be committed.
    RecordingSink sink = read(1, Duration.ofSeconds(1), Duration.ofMillis(1)).getFirst();
    await().until(() -> !consumer.commits.isEmpty());
    CountDownLatch stoodStill = new CountDownLatch(1);
    AtomicLong awake = new AtomicLong();
    consumer.schedulePollTask(() -> {
      await().pollDelay(Duration.ofMillis(700)).atMost(Duration.ofSeconds(60)).until(() -> true);
      awake.set(System.nanoTime());
      stoodStill.countDown();
    });
    assertThat(stoodStill.await(60, TimeUnit.SECONDS)).isTrue();
    await().until(() -> meters.get("tidings.node.process.pauses").counter().count() >= 1);
    int before = consumer.commits.size();
    comes(0, 0);

    await().until(() -> sink.arrived().size() == 1 && consumer.commits.size() > before);

    assertThat(Duration.ofNanos(consumer.firstAfter(awake.get()) - awake.get()))
        .isGreaterThanOrEqualTo(HEARD_WITHIN);
  }

  /**
   * Nothing is known of them, and those that are read are read and committed as if they were not.
   */
  @Test
  void partitions_without_a_leader_hold_up_none_that_is_read() {
    consumer.leaderless.addAll(Set.of(partition(1), partition(2), partition(3)));
    List<RecordingSink> sinks = read(4, Duration.ofSeconds(6), Duration.ofMinutes(1));
    RecordingSink sound = sinks.getFirst();

    for (int offset = 0; offset < 40; offset++) {
      int count = offset + 1;
      comes(0, offset);
      await().until(() -> sound.arrived().size() == count);
    }
    reader.commit(0, sound, new CommitPoint(40, new BitSet()));
    await().until(() -> committed() == 40);

    assertThat(meters.get("tidings.node.process.pauses").counter().count()).isZero();
    await().until(() -> reader.health() instanceof Unhealthy(String why) && namesAll(why, 1, 2, 3));
    consumer.leaderless.clear();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> sinks.stream().allMatch(sink -> sink.life() != null));
    await().until(() -> reader.health().equals(Health.healthy()));
  }

  /** Only the consumer can ask a leader whether the log was truncated: the reader waits for it. */
  @Test
  void leaders_that_keep_the_reader_waiting_hold_up_the_others_only_for_a_moment() {
    Duration session = Duration.ofSeconds(2);
    for (int number = 1; number < 4; number++) {
      consumer.undecided.add(partition(number));
      consumer.left.put(partition(number), commit(5, 7));
    }
    List<RecordingSink> sinks = read(4, session, Duration.ofMinutes(1));
    RecordingSink sound = sinks.getFirst();
    for (int offset = 0; offset < 20; offset++) {
      int count = offset + 1;
      comes(0, offset);
      await().until(() -> sound.arrived().size() == count);
    }
    await().until(() -> consumer.waits.size() > 3);

    assertThat(consumer.waits).allMatch(wait -> wait.compareTo(session.dividedBy(4)) <= 0);
    assertThat(meters.get("tidings.node.process.pauses").counter().count()).isZero();
    consumer.undecided.clear();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> sinks.stream().allMatch(sink -> sink.life() != null));
  }

  @Test
  void last_commits_without_a_coordinator_hold_up_the_others_only_for_a_moment() {
    Duration session = Duration.ofSeconds(2);
    List<RecordingSink> sinks = read(4, session, Duration.ofMinutes(1));
    await().until(() -> sinks.stream().allMatch(sink -> sink.life() != null));
    consumer.coordinatorless = true;

    for (int number = 1; number < 4; number++) {
      reader
          .release(
              number,
              sinks.get(number),
              new CommitPoint(sinks.get(number).life().sequence(1), new BitSet()))
          .join();
    }

    assertThat(consumer.waits.getFirst()).isLessThanOrEqualTo(session.dividedBy(4));
    assertThat(consumer.waits.subList(1, 3))
        .allMatch(wait -> wait.compareTo(Duration.ofMillis(200)) <= 0);
    comes(0, 0);
    await().until(() -> sinks.getFirst().arrived().size() == 1);
  }

  private static OffsetAndMetadata commit(long low, long next) {
    CommitPoint point = new CommitPoint(low, new BitSet());
    return new Commit(0, TOPIC, next, Optional.of(1), point).toKafka();
  }

  private static boolean namesAll(String why, int... numbers) {
    return Arrays.stream(numbers).allMatch(number -> why.contains(partition(number).toString()));
  }

  @Test
  void a_registry_that_is_away_makes_no_delivery_unreadable() {
    // Whoever wrote it has registered its schema; the reader has to ask for it.
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(LogTopics.DELIVERIES.name(), 0, 0, DEVICE, delivery(0));
    DeliveryDecoder decoder =
        new DeliveryDecoder(new DeliveryDeserializer(reading), System::currentTimeMillis);
    read(0);
    fake.failNext(Integer.MAX_VALUE);

    assertThatThrownBy(() -> decoder.decode(record, Life.first(TOPIC)))
        .isInstanceOf(RegistryException.class);

    fake.failNext(0);
    // It may be a while until the registry is asked again.
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(RegistryException.class)
        .until(() -> decoder.decode(record, Life.first(TOPIC)) instanceof Decoded.Valid);
  }

  /** One whose schema only the registry could tell, which takes the question and keeps silent. */
  @Test
  void a_registry_that_never_answers_holds_up_that_partition_only() throws IOException {
    byte[] known = delivery(0);
    byte[] ahead = delivery(1);
    ByteBuffer.wrap(ahead).putInt(1, 4711);
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      reading.close();
      reading = knowing(ByteBuffer.wrap(known).getInt(1), silent);
      List<RecordingSink> sinks = read(2);

      comes(0, 0, ahead);
      await().atMost(Duration.ofSeconds(60)).until(() -> reader.health() instanceof Unhealthy);
      comes(1, 0, known);
      await().atMost(Duration.ofSeconds(60)).until(() -> sinks.get(1).arrived().size() == 1);

      assertThat(sinks.get(0).arrived()).isEmpty();
    }
  }

  private RegistryClient knowing(int known, ServerSocket silent) {
    Map<String, String> config =
        Map.of(
            RegistryConfig.URL,
            "http://127.0.0.1:" + silent.getLocalPort(),
            "http.read.timeout.ms",
            "3600000");
    return new RegistryClient(
        RegistryConfig.of(config),
        new SchemaStore() {
          @Override
          public void keep(int id, Schema schema) {}

          @Override
          public Set<Integer> ids() {
            return Set.of();
          }

          @Override
          public Optional<Schema> find(int id) {
            return id == known ? Optional.of(Delivery.getClassSchema()) : Optional.empty();
          }
        },
        Thread::startVirtualThread);
  }

  @Test
  void a_schema_that_no_registry_knows_is_asked_for_again_and_then_given_up() {
    byte[] ahead = delivery(0);
    ByteBuffer.wrap(ahead).putInt(1, 4711);
    List<RecordingSink> sinks = read(1);

    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> {
          // A consumer that is told where to read on gets it once more; this one does not.
          comes(0, 0, ahead);
          return sinks.get(0).arrived().size() == 1;
        });

    await()
        .until(() ->
            producer.history().stream()
                .anyMatch(record -> record.topic().equals(LogTopics.DEAD_LETTERS.name())));
    assertThat(fake.requests()).isGreaterThan(2);
  }
}
