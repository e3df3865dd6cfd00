package dev.tidings.node.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.service.rocks.KeptDeletions;
import dev.tidings.service.rocks.TableDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;

/**
 * What Kafka Streams has on the disk when a process is killed. The deletion of an entry that left a
 * quiet inbox days ago may be gone from the log, and never have been in the files.
 *
 * <p>Shows G88 of docs/guarantees.md.
 */
class KilledInboxTest {
  private static final String APPLICATION = "killed";
  private static final String STORE = "parked";
  private static final TopicPartition CHANGELOG =
      new TopicPartition(APPLICATION + "-" + STORE + "-changelog", 0);
  private static final Duration DAY = Duration.ofDays(1);

  /** Its entries are flushed, and then no others. */
  private static final int ENTRIES = 80;

  @TempDir Path directory;

  private int copies;
  private TopologyTestDriver running;
  private TestInputTopic<String, String> entries;

  /** Stores what it is sent. */
  private static final class Parking extends ContextualProcessor<String, String, Void, Void> {
    @Override
    public void process(Record<String, String> entry) {
      KeyValueStore<String, String> store = context().getStateStore(STORE);
      if (entry.value() == null) {
        store.delete(entry.key());
      } else {
        store.put(entry.key(), entry.value());
      }
    }
  }

  /** Has a table flushed by itself after 64 KB, RocksDB's least. */
  public static final class SmallBuffer implements RocksDBConfigSetter {
    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
      options.setWriteBufferSize(64 << 10).setArenaBlockSize(4 << 10);
    }

    @Override
    public void close(String storeName, Options options) {
      // Nothing of its own.
    }
  }

  private static TopologyTestDriver start(Path state) {
    Topology topology = new Topology();
    topology.addSource(
        "source", Serdes.String().deserializer(), Serdes.String().deserializer(), "entries");
    topology.addProcessor("parking", Parking::new, "source");
    topology.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.String()),
        "parking");
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SmallBuffer.class);
    return new TopologyTestDriver(topology, properties);
  }

  @BeforeEach
  void park() {
    running = start(directory.resolve("running"));
    entries = running.createInputTopic("entries", new StringSerializer(), new StringSerializer());
    for (int i = 0; i < ENTRIES; i++) {
      entries.pipeInput("entry-" + i, "x".repeat(1000));
    }
    // Files may go while they are copied.
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(() -> !positionsIn(copy()).isEmpty());
  }

  @AfterEach
  void stop() {
    running.close();
  }

  /** What a process that is killed now leaves. */
  private Path copy() throws IOException {
    Path from = directory.resolve("running");
    Path to = directory.resolve("killed-" + copies++);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return to;
  }

  private static void mend(Path state, KeptDeletions log) throws InterruptedException {
    TableDirectory tables = new TableDirectory(state, APPLICATION, Instant::now);
    // The process had followed the log to its end.
    tables.touch();
    tables.mend(DAY, log);
  }

  private static Set<TopicPartition> positionsIn(Path state) throws InterruptedException {
    Set<TopicPartition> asked = new HashSet<>();
    mend(
        state,
        (partitions, since) -> {
          asked.addAll(partitions);
          return Map.of();
        });
    return asked;
  }

  private static boolean hasFirst(Path state) {
    try (TopologyTestDriver next = start(state)) {
      return next.getKeyValueStore(STORE).get("entry-0") != null;
    }
  }

  @Test
  void an_entry_whose_deletion_neither_the_files_nor_the_log_have_does_not_come_back()
      throws Exception {
    entries.pipeInput("entry-0", (String) null);
    assertThat(running.getKeyValueStore(STORE).get("entry-0")).isNull();
    Path killed = copy();

    // Of what was written since, the log has nothing more.
    mend(killed, (partitions, since) -> Map.of(CHANGELOG, ENTRIES + 1L));

    assertThat(hasFirst(killed)).isFalse();
  }

  @Test
  void files_up_to_where_the_log_still_has_everything_are_used() throws Exception {
    Path killed = copy();
    assertThat(positionsIn(killed)).containsExactly(CHANGELOG);

    mend(killed, (partitions, since) -> Map.of(CHANGELOG, 1L));

    assertThat(hasFirst(killed)).isTrue();
  }

  @Test
  void what_a_process_had_read_before_it_was_killed_is_not_in_its_files() throws Exception {
    entries.pipeInput("entry-0", (String) null);
    Path killed = copy();

    assertThat(hasFirst(killed)).as("if not, Kafka Streams flushes what it commits").isTrue();
  }
}
