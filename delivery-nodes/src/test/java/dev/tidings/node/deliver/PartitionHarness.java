package dev.tidings.node.deliver;

import dev.tidings.node.inbox.Fence;
import dev.tidings.node.inbox.InboxNews;
import dev.tidings.node.inbox.InboxTopology;
import dev.tidings.node.inbox.Ownership;
import dev.tidings.node.inbox.ParkedRange;
import dev.tidings.node.inbox.ParkedReader;
import dev.tidings.node.inbox.ParkedStore;
import dev.tidings.node.log.DeadLetters;
import dev.tidings.node.log.LogWrite;
import dev.tidings.node.log.LogWriter;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Entry;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.DefaultEventLoop;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.awaitility.Awaitility;

/**
 * One partition with a real store behind it. What it writes to {@code inbox} comes back through the
 * store's topology when the test lets it: {@link #settle}.
 */
final class PartitionHarness implements Ownership, AutoCloseable {
  static final Duration PARK_AFTER = Duration.ofSeconds(10);

  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient client =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url())));
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final LogWriter log;
  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final ParkedReader reader =
      new ParkedReader(1, () -> new AvroDeserializer<>(client, Delivery.class));
  private final AvroDeserializer<Receipt> receipts = new AvroDeserializer<>(client, Receipt.class);
  private final AvroSerializer<SpecificRecord> serializer = new AvroSerializer<>(client);
  private final AtomicLong now = new AtomicLong(1_000_000);
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> inbox;
  private final DeliveryRules rules = new DeliveryRules(PARK_AFTER, Duration.ofMillis(10));
  private DeliveryPartition partition;
  private volatile CommitPoint committed;
  private int fed;
  private long next;

  PartitionHarness(Path directory) {
    log = new LogWriter(producer, new AvroSerializer<>(client));
    log.start();
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "inbox-test");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
    config.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    driver = new TopologyTestDriver(InboxTopology.of(this), config);
    inbox =
        driver.createInputTopic(
            LogTopics.INBOX.name(), new ByteArraySerializer(), new ByteArraySerializer());
    partition.beginsAt(new CommitPoint(0, new BitSet()));
    settle();
  }

  @Override
  public InboxNews acquired(int number, ParkedStore store, Map<DeviceId, ParkedRange> index) {
    byte[] fence = Fence.create();
    InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    NodeMeters meters = new NodeMeters(new SimpleMeterRegistry());
    Receipts receiptsWriter = new Receipts(log, clock, "node-under-test");
    partition =
        new DeliveryPartition(
            number,
            loop,
            rules,
            store,
            index,
            reader,
            owner ->
                new Endings(
                    number, log, receiptsWriter, new DeadLetters(log), meters, owner::ended),
            meters,
            fence,
            () -> {},
            point -> committed = point);
    log.write(LogWrite.tombstone(LogTopics.INBOX, fence, () -> {}).inPartition(number));
    return partition;
  }

  @Override
  public void lost(int number) {}

  DeliveryPartition partition() {
    return partition;
  }

  Phone connect(String device, int credit) {
    Phone phone = new Phone();
    partition.attach(new DeviceId(device), phone, credit);
    return phone;
  }

  void advance(Duration time) {
    now.addAndGet(time.toMillis());
  }

  long now() {
    return now.get();
  }

  String arrive(String device) {
    return arrive(device, null);
  }

  /** The next record of the log: its id is its offset. */
  String arrive(String device, Long expiration) {
    long sequence = next++;
    Delivery delivery =
        new Delivery(
            Long.toString(sequence),
            "token",
            "com.example",
            ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)),
            expiration,
            10,
            null,
            "alert",
            List.of(new Step(StepName.ACCEPTED, now.get(), "ingest", null)));
    partition.arrived(
        List.of(new Entry(sequence, new DeviceId(device), delivery, 100, now.get())), next);
    return delivery.getId();
  }

  /** A record nobody can read; what is returned ends once its dead letter stands. */
  Entry arriveUnreadable() {
    Entry entry = Entry.unreadable(next++, 100, now.get());
    partition.arrived(List.of(entry), next);
    return entry;
  }

  void park(byte[] key, byte[] value) {
    inbox.pipeInput(key, value);
  }

  /** Lets everything that was written come back, until nothing moves. */
  void settle() {
    int before;
    do {
      before = producer.history().size();
      pump();
    } while (producer.history().size() != before || fed < producer.history().size());
  }

  /** One round: what was written so far to the inbox goes through the store. */
  void pump() {
    try {
      loop.submit(() -> {}).get();
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> log.pending() == 0);
      List<ProducerRecord<byte[], byte[]>> history = producer.history();
      while (fed < history.size()) {
        ProducerRecord<byte[], byte[]> record = history.get(fed++);
        if (record.topic().equals(LogTopics.INBOX.name())) {
          inbox.pipeInput(record.key(), record.value());
        }
      }
      loop.submit(() -> {}).get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  void until(Callable<Boolean> condition) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> {
          settle();
          return condition.call();
        });
  }

  List<ProducerRecord<byte[], byte[]>> written() {
    return producer.history();
  }

  /** The last receipt of a notification; null while there is none. */
  Receipt receipt(String id) {
    return producer.history().stream()
        .filter(record -> record.topic().equals(LogTopics.RECEIPTS.name()))
        .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(id))
        .map(record -> receipts.read(record.value()))
        .reduce((first, second) -> second)
        .orElse(null);
  }

  /** The low watermark as last handed over to be committed. */
  long low() {
    CommitPoint point = committed;
    return point == null ? 0 : point.low();
  }

  byte[] serialized(Delivery delivery) {
    return serializer.serialize(LogTopics.INBOX.name(), delivery);
  }

  @Override
  public void close() {
    driver.close();
    log.close();
    reader.close();
    loop.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.MILLISECONDS);
    client.close();
    registry.close();
  }
}
