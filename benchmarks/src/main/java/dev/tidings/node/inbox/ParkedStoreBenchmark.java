package dev.tidings.node.inbox;

import dev.tidings.bench.micro.Samples;
import dev.tidings.bench.micro.SchemaIds;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.topic.LogTopics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Measures the store of parked entries, with ten entries for each of a thousand devices, and
 * tombstones.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
// JMH sets the fields.
@SuppressWarnings("NullAway.Init")
@NullMarked
public class ParkedStoreBenchmark {
  private static final int DEVICES = 1_000;
  private static final int PENDING = 10;

  /** The number of confirmed entries, before and between those that are stored. */
  @Param({"0", "100000"})
  public int tombstones;

  private final SplittableRandom random = new SplittableRandom(1);
  private Path directory;
  private KeyValueStore<Bytes, byte[]> store;
  private ParkedStore parked;
  private byte[] value;
  private long sequence;

  @Setup(Level.Trial)
  public void open() throws IOException {
    directory = Files.createTempDirectory("tidings-jmh-");
    try (var ids = new SchemaIds();
        var serializer = new AvroSerializer<Delivery>(ids.client())) {
      value =
          Objects.requireNonNull(
              serializer.serialize(LogTopics.INBOX.name(), Samples.delivery()), "a record");
    }
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "bench");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    var context =
        new MockProcessorContext<Void, Void>(properties, new TaskId(0, 0), directory.toFile());
    KeyValueStore<Bytes, byte[]> opened = Stores.persistentKeyValueStore("inbox").get();
    opened.init(context.getStateStoreContext(), opened);
    store = opened;
    parked = new ParkedStore(opened);
    for (int i = 0; i < tombstones; i++) {
      Bytes key = key(device(i % DEVICES), sequence++);
      store.put(key, value);
      store.delete(key);
    }
    for (int i = 0; i < DEVICES * PENDING; i++) {
      store.put(key(device(i % DEVICES), sequence++), value);
    }
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    store.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static byte[] device(int number) {
    return ("bench-" + number).getBytes(StandardCharsets.UTF_8);
  }

  private static Bytes key(byte[] device, long sequence) {
    return Bytes.wrap(InboxKey.bytes(device, sequence));
  }

  /** An entry is stored, confirmed and removed. */
  @Benchmark
  public void appendAndConfirm() {
    Bytes key = key(device(random.nextInt(DEVICES)), sequence++);
    store.put(key, value);
    store.delete(key);
  }

  /** The first page is read for a device that reconnects. */
  @Benchmark
  public List<ParkedStore.Stored> scan() {
    int device = random.nextInt(DEVICES);
    long first = (long) tombstones + device;
    return parked.read(device(device), first, first + (long) DEVICES * (PENDING - 1), PENDING, 64);
  }
}
