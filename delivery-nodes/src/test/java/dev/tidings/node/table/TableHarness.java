package dev.tidings.node.table;

import dev.tidings.node.inbox.InboxListener;
import dev.tidings.node.inbox.InboxTopology;
import dev.tidings.node.inbox.Ownership;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.log.write.WriterMeters;
import dev.tidings.node.parked.CollapseKeys;
import dev.tidings.node.parked.ParkedHeader;
import dev.tidings.node.parked.ParkedHeaderReader;
import dev.tidings.node.parked.ParkedIndex;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.awaitility.Awaitility;

/**
 * A table of one partition with a real store. What it writes comes back when the test lets it: see
 * {@link #comeBack}.
 */
public final class TableHarness<V extends SpecificRecord> implements AutoCloseable {
  private final FakeRegistry server;
  private final boolean ownsServer;
  private final RegistryClient registry;
  private final AvroSerializer<SpecificRecord> serializer;
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final LogWriter log;
  private final TableReaders readers = new TableReaders(2, failure -> {});
  private final LogTopic<V> topic;
  private final DeviceTable<V> table;
  private final Topology topology;
  private final Properties config = new Properties();
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> input;
  private int fed;
  private boolean lost;

  /** One with a registry of its own. */
  public TableHarness(Path directory, LogTopic<V> topic, TableRule<V> rule) {
    this(directory, topic, rule, new FakeRegistry(), true, 1);
  }

  /**
   * @param server the registry of the log that the records are in
   */
  public TableHarness(Path directory, LogTopic<V> topic, TableRule<V> rule, FakeRegistry server) {
    this(directory, topic, rule, server, false, 1);
  }

  /** One whose topic has so many partitions, of which it has the first. */
  static <V extends SpecificRecord> TableHarness<V> ofPartitions(
      int partitions, Path directory, LogTopic<V> topic, TableRule<V> rule, FakeRegistry server) {
    return new TableHarness<>(directory, topic, rule, server, false, partitions);
  }

  private TableHarness(
      Path directory,
      LogTopic<V> topic,
      TableRule<V> rule,
      FakeRegistry server,
      boolean ownsServer,
      int partitions) {
    this.server = server;
    this.ownsServer = ownsServer;
    this.topic = topic;
    registry = new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, server.url())));
    serializer = new AvroSerializer<>(registry);
    log =
        new LogWriter(
            () -> producer,
            TopicNames.PLAIN,
            serializer,
            new WriterMeters(new SimpleMeterRegistry()),
            failure -> {
              throw new AssertionError(failure);
            });
    table = new DeviceTable<>("table", topic, partitions, log, readers, registry, rule);
    topology =
        InboxTopology.of(
            "tidings.inbox",
            new NoInbox(),
            () -> new ParkedHeaderReader(registry, new CollapseKeys(Set.of())),
            (device, app, token) -> false,
            table);
    log.start();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "table-test");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
    config.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    driver = new TopologyTestDriver(topology, config);
    input = input();
  }

  private TestInputTopic<byte[], byte[]> input() {
    return driver.createInputTopic(
        topic.name(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * The partition goes elsewhere and is back at once, with nothing in its store: see {@link
   * #restore}.
   */
  public void leavesAndComesBack() {
    comeBack();
    driver.close();
    driver = new TopologyTestDriver(topology, config);
    input = input();
    comeBack();
  }

  /** The inbox is not what is looked at. */
  private static final class NoInbox implements Ownership, InboxListener {
    @Override
    public InboxListener acquired(int partition, ParkedStore store, ParkedIndex index) {
      return this;
    }

    @Override
    public void lost(int partition) {}

    @Override
    public void stored(
        DeviceId device, long sequence, ParkedHeader parkedHeader, ParkedHeader before) {}

    @Override
    public void removed(DeviceId device, long sequence, ParkedHeader removed) {}

    @Override
    public void lives(Life life) {}

    @Override
    public void fencePassed(byte[] fence) {}

    @Override
    public boolean hasFailed() {
      return false;
    }
  }

  public DeviceTable<V> table() {
    return table;
  }

  public LogWriter log() {
    return log;
  }

  Topology topology() {
    return topology;
  }

  public byte[] serialized(V value) {
    return serializer.serialize(topic.name(), value);
  }

  AvroSerializer<SpecificRecord> serializer() {
    return serializer;
  }

  public V read(byte[] value) {
    return new AvroDeserializer<>(registry, topic.value().orElseThrow()).read(value);
  }

  /** Somebody else's record, behind all that has come back. */
  public void arrives(byte[] key, byte[] value) {
    input.pipeInput(key, value);
  }

  /** One without a time. */
  void arrivesTimeless(byte[] key, byte[] value) {
    input.pipeInput(new TestRecord<>(key, value, new RecordHeaders(), Instant.ofEpochMilli(-1)));
  }

  /** As a restoration does: nobody looks at what it is. */
  public void restore(byte[] key, byte[] value) {
    KeyValueStore<Bytes, byte[]> restored = driver.getKeyValueStore("table");
    restored.put(Bytes.wrap(key), value);
  }

  /** A record as another node has written it. */
  public void arrives(ProducerRecord<byte[], byte[]> record) {
    input.pipeInput(new TestRecord<>(record.key(), record.value(), record.headers()));
  }

  /** What was written so far, to any topic. */
  public List<ProducerRecord<byte[], byte[]>> written() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> log.pending() == 0);
    return producer.history();
  }

  /** The records of the table that were written, without fences. */
  List<ProducerRecord<byte[], byte[]>> rows() {
    return written().stream()
        .filter(record -> record.topic().equals(topic.name()))
        .filter(record -> !WriteId.isFenceKey(record.key()))
        .toList();
  }

  /** Lets the store have what was written so far. */
  public void comeBack() {
    List<ProducerRecord<byte[], byte[]>> written = written();
    while (fed < written.size()) {
      ProducerRecord<byte[], byte[]> record = written.get(fed++);
      if (record.topic().equals(topic.name())) {
        input.pipeInput(new TestRecord<>(record.key(), record.value(), record.headers()));
      }
    }
  }

  /** The partition goes elsewhere. */
  public void lose() {
    lost = true;
    driver.close();
  }

  @Override
  public void close() {
    if (!lost) {
      driver.close();
    }
    log.close();
    readers.close();
    registry.close();
    if (ownsServer) {
      server.close();
    }
  }
}
