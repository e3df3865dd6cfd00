package dev.tidings.node.log;

import dev.tidings.node.log.DeliveryDecoder.Decoded.Garbled;
import dev.tidings.node.log.DeliveryDecoder.Decoded.Sound;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Entry;
import dev.tidings.schemas.topic.LogTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the {@code deliveries} partitions this node owns, from one thread, with manual assignment
 * and commits under a fixed group. A partition whose window is full is paused alone.
 */
public final class DeliveryReader implements AutoCloseable {
  /** The group the commits are kept under. It has no members: Streams decides who owns what. */
  public static final String GROUP = "tidings-delivery-nodes";

  private static final Logger LOG = LoggerFactory.getLogger(DeliveryReader.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final long RETRY_MILLIS = 500;

  /** In which the stream thread learns that its partitions are others' now. */
  private static final Duration SETTLING = Duration.ofSeconds(3);

  private final Consumer<byte[], byte[]> consumer;
  private final DeliveryDecoder decoder;
  private final DeadLetters deadLetters;
  private final long maxWindowBytes;
  private final int duplicateWindow;
  private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final Thread thread = Thread.ofPlatform().name("delivery-reader").unstarted(this::run);
  private volatile boolean holding;
  private volatile boolean closing;

  // Confined to the thread.
  private final Map<TopicPartition, DeliverySink> sinks = new HashMap<>();
  private final Map<TopicPartition, CommitPoint> begun = new HashMap<>();
  private final Map<TopicPartition, CommitPoint> uncommitted = new HashMap<>();
  private final Standstill standstill;
  private boolean doubtful;

  /**
   * @param maxWindowBytes what a partition's unresolved entries may weigh
   * @param duplicateWindow how many records from before the commit are read again, for whoever
   *     wants to recognise them
   * @param sessionTimeout after which a node that is not heard of loses its partitions to others
   */
  public DeliveryReader(
      Consumer<byte[], byte[]> consumer,
      DeliveryDecoder decoder,
      DeadLetters deadLetters,
      long maxWindowBytes,
      int duplicateWindow,
      Duration sessionTimeout) {
    this.consumer = consumer;
    this.decoder = decoder;
    this.deadLetters = deadLetters;
    this.maxWindowBytes = maxWindowBytes;
    this.duplicateWindow = duplicateWindow;
    this.standstill = new Standstill(sessionTimeout.dividedBy(2), SETTLING, System.nanoTime());
  }

  public void start() {
    thread.start();
  }

  /** Begins to read a partition where the last commit left it. */
  public void assign(int partition, DeliverySink sink) {
    command(() -> begin(topicPartition(partition), sink));
  }

  /** Reads nothing more; what has been read can still be committed. Thread-safe, never blocks. */
  public void hold() {
    holding = true;
  }

  /** Keeps the newest commit point; it is committed before long. Thread-safe, never blocks. */
  public void commit(int partition, CommitPoint point) {
    commands.add(() -> {
      TopicPartition owned = topicPartition(partition);
      if (sinks.containsKey(owned)) {
        uncommitted.put(owned, point);
      }
    });
  }

  /** Commits a last time and lets the partition go; completes when that is done. */
  public CompletableFuture<Void> release(int partition, CommitPoint last) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    command(() -> end(topicPartition(partition), last, done));
    if (!thread.isAlive()) {
      done.complete(null);
    }
    return done;
  }

  private static TopicPartition topicPartition(int partition) {
    return new TopicPartition(LogTopics.DELIVERIES.name(), partition);
  }

  private void command(Runnable command) {
    commands.add(command);
    consumer.wakeup();
  }

  private void run() {
    while (!closing || !commands.isEmpty()) {
      try {
        doubtful = standstill.isDoubtful(System.nanoTime());
        obey();
        if (sinks.isEmpty() || doubtful) {
          pause(POLL.toMillis());
          continue;
        }
        holdBack();
        dispatch(consumer.poll(POLL));
      } catch (WakeupException e) {
        // A command waits.
      } catch (KafkaException e) {
        LOG.warn("reading {} failed, trying again: {}", LogTopics.DELIVERIES, e.toString());
        pause(RETRY_MILLIS);
      } catch (RuntimeException e) {
        LOG.error("reading {} failed, trying again", LogTopics.DELIVERIES, e);
        pause(RETRY_MILLIS);
      }
    }
    consumer.close();
  }

  private void obey() {
    @Nullable Runnable command;
    while ((command = commands.poll()) != null) {
      command.run();
    }
    if (!doubtful && !uncommitted.isEmpty()) {
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      uncommitted.forEach((partition, point) -> offsets.put(partition, offset(point)));
      uncommitted.clear();
      consumer.commitAsync(
          offsets,
          (committed, failure) -> {
            if (failure != null) {
              LOG.debug("commit failed, the next one will do: {}", failure.toString());
            }
          });
    }
  }

  private static OffsetAndMetadata offset(CommitPoint point) {
    return new OffsetAndMetadata(point.low(), point.metadata());
  }

  private void begin(TopicPartition partition, DeliverySink sink) {
    try {
      @Nullable OffsetAndMetadata committed = consumer.committed(Set.of(partition)).get(partition);
      sinks.put(partition, sink);
      consumer.assign(sinks.keySet());
      if (committed == null) {
        consumer.seekToBeginning(Set.of(partition));
      } else {
        consumer.seek(partition, committed.offset());
      }
      CommitPoint point =
          CommitPoint.of(
              consumer.position(partition), committed == null ? "" : committed.metadata());
      long first = consumer.beginningOffsets(Set.of(partition)).getOrDefault(partition, 0L);
      consumer.seek(partition, Math.max(first, point.low() - duplicateWindow));
      begun.put(partition, point);
      sink.beginsAt(point);
    } catch (KafkaException e) {
      // The broker is away, or another command has come: first things first.
      sinks.remove(partition);
      commands.add(() -> begin(partition, sink));
      throw e;
    }
  }

  private void end(TopicPartition partition, CommitPoint last, CompletableFuture<Void> done) {
    try {
      uncommitted.remove(partition);
      begun.remove(partition);
      if (sinks.remove(partition) != null) {
        if (!doubtful) {
          commit(Map.of(partition, offset(last)));
        }
        consumer.assign(sinks.keySet());
      }
    } catch (KafkaException e) {
      LOG.warn("last commit of {} failed, a little is repeated: {}", partition, e.toString());
      consumer.assign(sinks.keySet());
    } finally {
      done.complete(null);
    }
  }

  private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    while (true) {
      try {
        consumer.commitSync(offsets, Duration.ofSeconds(2));
        return;
      } catch (WakeupException e) {
        // Meant for poll().
      }
    }
  }

  private void holdBack() {
    if (holding) {
      consumer.pause(sinks.keySet());
      return;
    }
    for (Map.Entry<TopicPartition, DeliverySink> owned : sinks.entrySet()) {
      boolean paused = consumer.paused().contains(owned.getKey());
      long bytes = owned.getValue().bytes();
      if (!paused && bytes >= maxWindowBytes) {
        consumer.pause(Set.of(owned.getKey()));
      } else if (paused && bytes < maxWindowBytes / 2) {
        consumer.resume(Set.of(owned.getKey()));
      }
    }
  }

  private void dispatch(ConsumerRecords<byte[], byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      @Nullable DeliverySink sink = sinks.get(partition);
      List<ConsumerRecord<byte[], byte[]>> batch = records.records(partition);
      @Nullable CommitPoint since = begun.get(partition);
      if (sink != null && since != null && !batch.isEmpty()) {
        dispatch(sink, since, batch);
      }
    }
  }

  private void dispatch(
      DeliverySink sink, CommitPoint since, List<ConsumerRecord<byte[], byte[]>> batch) {
    List<Entry> entries = new ArrayList<>(batch.size());
    List<Runnable> letters = new ArrayList<>(0);
    for (ConsumerRecord<byte[], byte[]> record : batch) {
      switch (decoder.decode(record, () -> closing)) {
        case null -> {
          return;
        }
        case Sound(Entry entry) -> entries.add(entry);
        case Garbled(Entry entry, String why) -> {
          if (since.isResolved(record.offset())) {
            continue;
          }
          entries.add(entry);
          letters.add(() -> deadLetters.write(record, why, () -> sink.ended(entry)));
        }
      }
    }
    sink.arrived(entries, batch.getLast().offset() + 1);
    // Only now: the window has to know what is to be resolved.
    letters.forEach(Runnable::run);
  }

  private void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      closing = true;
    }
  }

  @Override
  public void close() {
    closing = true;
    consumer.wakeup();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
