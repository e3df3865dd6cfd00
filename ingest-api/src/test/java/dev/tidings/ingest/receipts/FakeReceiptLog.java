package dev.tidings.ingest.receipts;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.ReceiptKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.DisconnectException;
import org.jspecify.annotations.Nullable;

/** The topic of receipts without brokers: its records, and what can happen to it. */
final class FakeReceiptLog implements AutoCloseable {
  static final String APP = "com.example.news";
  static final String TOKEN = "ab".repeat(32);
  private static final String TOPIC = "tidings.receipts";
  private static final long TIME = 1_700_000_000_000L;
  private static final int POLLED = 500;

  private final FakeRegistry registries = new FakeRegistry();
  private final AvroSerializer<Receipt> serializer;
  final RegistryClient registry;
  private final List<List<@Nullable ConsumerRecord<byte[], byte[]>>> partitions = new ArrayList<>();
  private Uuid id = Uuid.randomUuid();
  private long[] begins;
  private volatile boolean away;

  FakeReceiptLog(int partitions) {
    registry =
        new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registries.url())));
    serializer = new AvroSerializer<>(registry);
    begins = new long[0];
    grow(partitions);
  }

  ReceiptSource source() {
    return new ReceiptSource(
        Reader::new,
        TOPIC,
        () -> CompletableFuture.completedFuture(shape()),
        Duration.ofMillis(20));
  }

  private synchronized ReceiptSource.Shape shape() {
    return new ReceiptSource.Shape(id, partitions.size());
  }

  /** More partitions. */
  synchronized void grow(int to) {
    while (partitions.size() < to) {
      partitions.add(new ArrayList<>());
    }
    begins = java.util.Arrays.copyOf(begins, to);
  }

  /** Another topic of the same name, empty. */
  synchronized void makeAnew() {
    id = Uuid.randomUuid();
    begins = new long[begins.length];
    partitions.forEach(List::clear);
  }

  /** What is before an offset is not kept any more. */
  synchronized void expire(int partition, long before) {
    begins[partition] = before;
  }

  /** What is from an offset on was lost. */
  synchronized void truncate(int partition, int from) {
    List<?> records = partitions.get(partition);
    records.subList(from, records.size()).clear();
  }

  /** Compaction has removed a record. */
  synchronized void compact(int partition, int offset) {
    partitions.get(partition).set(offset, null);
  }

  void away(boolean isAway) {
    away = isAway;
  }

  /** A notification that waits, or was confirmed, or has ended otherwise. */
  void append(int partition, String app, String notification, Outcome outcome, StepName last) {
    append(
        partition,
        new Receipt(
            notification,
            TOKEN,
            "phone",
            app,
            outcome,
            List.of(
                new Step(StepName.ACCEPTED, TIME, "ingest", null),
                new Step(last, TIME + 1, "node", null)),
            null));
  }

  void confirmed(int partition, String notification) {
    append(partition, APP, notification, Outcome.DELIVERED, StepName.CONFIRMED);
  }

  /** What its device tells of a notification. */
  void reported(int partition, String notification, StepName step) {
    append(
        partition,
        ReceiptKey.ofReport(notification, TOKEN, step),
        new Receipt(
            notification,
            TOKEN,
            "phone",
            APP,
            Outcome.DELIVERED,
            List.of(new Step(step, TIME + 2, "node", null)),
            null));
  }

  private void append(int partition, Receipt receipt) {
    append(partition, ReceiptKey.of(receipt.getId(), receipt.getToken()), receipt);
  }

  private synchronized void append(int partition, byte[] key, Receipt receipt) {
    List<@Nullable ConsumerRecord<byte[], byte[]>> records = partitions.get(partition);
    records.add(
        new ConsumerRecord<>(
            TOPIC, partition, records.size(), key, serializer.serialize(TOPIC, receipt)));
    notifyAll();
  }

  private final class Reader extends MockConsumer<byte[], byte[]> {
    private final Map<TopicPartition, Long> at = new HashMap<>();

    Reader() {
      super("none");
    }

    @Override
    public synchronized void assign(Collection<TopicPartition> assigned) {
      at.clear();
    }

    @Override
    public synchronized void seek(TopicPartition partition, long offset) {
      at.put(partition, offset);
    }

    @Override
    public synchronized long position(TopicPartition partition) {
      return at.getOrDefault(partition, 0L);
    }

    @Override
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> of) {
      check();
      synchronized (FakeReceiptLog.this) {
        Map<TopicPartition, Long> found = new HashMap<>();
        of.forEach(each -> found.put(each, begins[each.partition()]));
        return found;
      }
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> of) {
      check();
      synchronized (FakeReceiptLog.this) {
        Map<TopicPartition, Long> found = new HashMap<>();
        of.forEach(each -> found.put(each, (long) partitions.get(each.partition()).size()));
        return found;
      }
    }

    @Override
    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times) {
      Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>();
      beginningOffsets(times.keySet())
          .forEach((each, begin) -> found.put(each, new OffsetAndTimestamp(begin, TIME)));
      return found;
    }

    private void check() {
      if (away) {
        throw new DisconnectException("no broker");
      }
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      check();
      synchronized (FakeReceiptLog.this) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found = polled();
        if (found.isEmpty()) {
          try {
            FakeReceiptLog.this.wait(Math.min(20, timeout.toMillis()));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          found = polled();
        }
        return new ConsumerRecords<>(found, Map.of());
      }
    }

    private Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> polled() {
      Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found = new HashMap<>();
      int count = 0;
      for (TopicPartition each : List.copyOf(at.keySet())) {
        List<@Nullable ConsumerRecord<byte[], byte[]>> records = partitions.get(each.partition());
        long from = at.getOrDefault(each, 0L);
        if (from > records.size() || from < begins[each.partition()]) {
          throw new OffsetOutOfRangeException(Map.of(each, from));
        }
        while (from < records.size() && count < POLLED) {
          ConsumerRecord<byte[], byte[]> record = records.get((int) from++);
          if (record != null) {
            found.computeIfAbsent(each, _ -> new ArrayList<>()).add(record);
            count++;
          }
        }
        at.put(each, from);
      }
      return found;
    }

    @Override
    public void close(CloseOptions options) {
      // Nothing to close.
    }

    @Override
    public void wakeup() {
      // It never waits for long.
    }
  }

  Consumer<byte[], byte[]> consumer() {
    return new Reader();
  }

  @Override
  public void close() {
    registry.close();
    registries.close();
  }
}
