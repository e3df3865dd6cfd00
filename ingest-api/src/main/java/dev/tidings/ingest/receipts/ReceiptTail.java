package dev.tidings.ingest.receipts;

import dev.tidings.ingest.receipts.ReceiptSource.Shape;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.service.log.SeldomLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Reads the end of {@code receipts} into {@link Feeds} in a thread of its own, while there are
 * streams and for a while longer. It waits for an absent broker or registry, and goes on where it
 * was.
 */
final class ReceiptTail implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration IDLE = Duration.ofMinutes(1);

  private final ReceiptSource source;
  private final Feeds feeds;
  private final ReceiptDecoder decoder;
  private final SeldomLog problems = new SeldomLog(LoggerFactory.getLogger(ReceiptTail.class));
  private final Object changed = new Object();
  private final Thread thread;
  private volatile boolean closing;
  private volatile @Nullable Consumer<byte[], byte[]> consumer;

  // Confined to the thread.

  private List<TopicPartition> partitions = List.of();
  private Shape shape = new Shape(Uuid.ZERO_UUID, 0);
  private boolean assigned;
  private @Nullable CompletableFuture<Shape> look;
  private long nextLook;
  private long wantedAt;

  ReceiptTail(ReceiptSource source, Feeds feeds, ReceiptDecoder decoder) {
    this.source = source;
    this.feeds = feeds;
    this.decoder = decoder;
    this.thread = Thread.ofPlatform().name("receipts-tail").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Somebody has begun to read a feed. */
  void wanted() {
    synchronized (changed) {
      changed.notifyAll();
    }
  }

  private void run() {
    wantedAt = System.nanoTime();
    while (!closing) {
      if (!feeds.isIdle()) {
        wantedAt = System.nanoTime();
      }
      if (System.nanoTime() - wantedAt >= IDLE.toNanos() && feeds.end(true)) {
        release();
        awaitWanted();
      } else {
        turn();
      }
    }
    release();
  }

  private void turn() {
    try {
      Consumer<byte[], byte[]> reader = consumer;
      if (reader == null) {
        reader = source.consumers().get();
        consumer = reader;
      }
      if (!assigned) {
        assign(reader);
      }
      read(reader);
      assigned = isStill();
    } catch (WakeupException | InterruptException e) {
      // StreamQuery to stop, or nothing.
      assigned = false;
    } catch (OffsetOutOfRangeException e) {
      problems.warn("receipts: not in the log any more: " + e.offsetOutOfRangePartitions());
      assigned = false;
    } catch (RegistryException.Unavailable e) {
      again("receipts wait for the schema registry: " + e.getMessage());
    } catch (KafkaException e) {
      again("receipts can't be read at the moment: " + e);
    } catch (RuntimeException | Error e) {
      // Nobody would start this thread again.
      problems.error("receipts: unexpected failure, reading goes on", e);
      again("receipts are read again");
    }
  }

  /** Nothing of the last records was published: they are read again. */
  private void again(String why) {
    problems.warn(why);
    assigned = false;
    pause(AFTER_FAILURE);
  }

  private void assign(Consumer<byte[], byte[]> reader) {
    shape = source.shape();
    partitions =
        IntStream.range(0, shape.partitions())
            .mapToObj(each -> new TopicPartition(source.topic(), each))
            .toList();
    long[] begins = inOrder(reader.beginningOffsets(partitions));
    long[] from = feeds.begin(shape.id(), begins, inOrder(reader.endOffsets(partitions)));
    reader.assign(partitions);
    for (TopicPartition partition : partitions) {
      reader.seek(partition, from[partition.partition()]);
    }
    nextLook = System.nanoTime() + source.betweenLooks().toNanos();
    assigned = true;
    feeds.wakeAll();
  }

  private long[] inOrder(Map<TopicPartition, Long> offsets) {
    return partitions.stream().mapToLong(each -> offsets.getOrDefault(each, 0L)).toArray();
  }

  private void read(Consumer<byte[], byte[]> reader) {
    List<ReceiptEvent> events = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
      ReceiptEvent event = decoder.event(record, feeds::isWanted);
      if (event != null) {
        events.add(event);
      }
    }
    feeds.publish(events, partitions.stream().mapToLong(reader::position).toArray());
  }

  /** Returns whether the topic is what it was, as far as known. Does not block. */
  private boolean isStill() {
    CompletableFuture<Shape> asked = look;
    if (asked == null) {
      if (System.nanoTime() - nextLook >= 0) {
        look = source.ask();
      }
      return true;
    }
    if (!asked.isDone()) {
      return true;
    }
    look = null;
    nextLook = System.nanoTime() + source.betweenLooks().toNanos();
    return asked.isCompletedExceptionally() || asked.join().equals(shape);
  }

  private void awaitWanted() {
    while (feeds.isIdle() && !closing) {
      pause(IDLE);
    }
  }

  // Whoever pauses may go on too early: nothing rests on the time.
  @SuppressWarnings("WaitNotInLoop")
  private void pause(Duration time) {
    synchronized (changed) {
      try {
        if (!closing) {
          changed.wait(time.toMillis());
        }
      } catch (InterruptedException e) {
        closing = true;
      }
    }
  }

  private void release() {
    Consumer<byte[], byte[]> last = consumer;
    consumer = null;
    assigned = false;
    if (last != null) {
      last.close(CloseOptions.timeout(AFTER_FAILURE));
    }
  }

  @Override
  public void close() throws InterruptedException {
    synchronized (changed) {
      closing = true;
      changed.notifyAll();
    }
    Consumer<byte[], byte[]> reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
    thread.join(2 * AFTER_FAILURE.toMillis());
  }
}
