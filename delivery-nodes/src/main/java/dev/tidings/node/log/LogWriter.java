package dev.tidings.node.log;

import dev.tidings.node.log.LogWrite.Value;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.topic.LogTopics;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records, from a thread of its own because a producer may block. Nothing handed over is
 * given up while the node runs: what the producer gives back is written again. The queue has no
 * bound of its own; it holds no more than the windows and the sessions' credit do.
 */
public final class LogWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
  private static final long RETRY_MILLIS = 500;

  /** Nobody waits for what is written as much as it costs to be woken for each record. */
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Is no record: the thread ends behind it, once nothing else is queued. */
  private static final LogWrite END =
      LogWrite.tombstone(LogTopics.DEAD_LETTERS, new byte[0], () -> {});

  private final Producer<byte[], byte[]> producer;
  private final AvroSerializer<SpecificRecord> serializer;
  private final LinkedBlockingQueue<LogWrite> queue = new LinkedBlockingQueue<>();
  private final Thread thread = Thread.ofPlatform().name("log-writer").unstarted(this::run);

  /** What was handed over and is not in the log yet. */
  private final AtomicInteger pending = new AtomicInteger();

  private volatile boolean closing;

  public LogWriter(Producer<byte[], byte[]> producer, AvroSerializer<SpecificRecord> serializer) {
    this.producer = producer;
    this.serializer = serializer;
  }

  public void start() {
    thread.start();
  }

  /** Takes a record to be written, in the order of the calls of one thread. Never blocks. */
  public void write(LogWrite write) {
    pending.incrementAndGet();
    queue.add(write);
  }

  /** How many records were handed over and are not in the log yet. */
  public int pending() {
    return pending.get();
  }

  private void run() {
    try {
      while (true) {
        LogWrite write = next();
        if (!write.equals(END)) {
          send(write);
        } else if (queue.isEmpty()) {
          return;
        } else {
          queue.add(END);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("asked to stop");
    }
  }

  /** Waits for one where there is none; and then a little for others, to be woken once for all. */
  private LogWrite next() throws InterruptedException {
    LogWrite next = queue.poll();
    if (next == null) {
      next = queue.take();
      LockSupport.parkNanos(GATHER_NANOS);
    }
    return next;
  }

  /** Serializes and hands over; both can fail while the registry or the broker is away. */
  private void send(LogWrite write) throws InterruptedException {
    while (true) {
      try {
        ProducerRecord<byte[], byte[]> record =
            new ProducerRecord<>(
                write.topic().name(),
                write.partition(),
                null,
                write.key(),
                bytes(write),
                write.headers());
        producer.send(record, (metadata, failure) -> sent(write, failure));
        return;
      } catch (KafkaException e) {
        if (closing) {
          LOG.warn("write to {} given up: the node is stopping: {}", write.topic(), e.toString());
          return;
        }
        LOG.warn("write to {} failed, trying again: {}", write.topic(), e.toString());
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  private void sent(LogWrite write, @Nullable Exception failure) {
    if (failure == null) {
      // What it leads to is handed over before it counts as done, so that pending() never lies.
      write.stored().run();
      pending.decrementAndGet();
    } else if (closing) {
      LOG.warn("write to {} given up: the node is stopping: {}", write.topic(), failure.toString());
    } else {
      LOG.warn("write to {} failed, writing it again: {}", write.topic(), failure.toString());
      queue.add(write);
    }
  }

  private byte @Nullable [] bytes(LogWrite write) {
    return switch (write.value()) {
      case null -> null;
      case Value.Avro(SpecificRecord record) -> serializer.serialize(write.topic().name(), record);
      case Value.Raw(byte @Nullable [] bytes) -> bytes;
    };
  }

  /** Writes what is queued, waits until the log has it, as far as the time allows, and ends. */
  public void close(Duration timeout) {
    closing = true;
    queue.add(END);
    try {
      if (thread.isAlive() && !thread.join(timeout)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(timeout);
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(5));
  }
}
