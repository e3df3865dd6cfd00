package dev.tidings.ingest.accept;

import dev.tidings.service.kafka.client.KafkaClients;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The producer behind {@link NotificationLog}, or for another topic. The caller of {@link #open}
 * closes it.
 */
public final class LogProducer implements ProducerSource, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogProducer.class);
  private static final Duration RETRY_EVERY = Duration.ofMillis(20);

  /**
   * The minimum time between replacements: a producer that fails at once must not be replaced with
   * every request.
   */
  private static final long REPLACE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<Producer<byte[], byte[]>> making;
  private final LongSupplier nanoTime;
  private volatile Producer<byte[], byte[]> producer;
  private long replaceFrom;
  private boolean closed;

  LogProducer(Supplier<Producer<byte[], byte[]>> making, LongSupplier nanoTime) {
    this.making = making;
    this.nanoTime = nanoTime;
    this.producer = making.get();
    this.replaceFrom = nanoTime.getAsLong();
  }

  /**
   * Creates the producer and waits until it knows the topic, because sends never block later.
   *
   * @param name of the producer
   * @param topic that it writes to
   * @param bufferBytes the total size of records that wait to be sent
   * @param deliveryTimeout the time after which an append fails
   * @param warmUp how long to wait
   * @throws TimeoutException if the topic does not become known in time
   */
  public static LogProducer open(
      KafkaClients clients,
      String name,
      String topic,
      long bufferBytes,
      Duration deliveryTimeout,
      Duration warmUp)
      throws InterruptedException {
    LogProducer opened =
        new LogProducer(
            ProducerSettings.of(clients, name, bufferBytes, deliveryTimeout)::openProducer,
            System::nanoTime);
    try {
      opened.warmUp(topic, warmUp);
      return opened;
    } catch (InterruptedException | RuntimeException e) {
      opened.producer.close(Duration.ZERO);
      throw e;
    }
  }

  private void warmUp(String topic, Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      try {
        producer.partitionsFor(topic);
        return;
      } catch (TimeoutException e) {
        if (System.nanoTime() >= deadline) {
          throw e;
        }
        Thread.sleep(RETRY_EVERY);
      }
    }
  }

  @Override
  public Producer<byte[], byte[]> current() {
    return producer;
  }

  /**
   * Replaces the producer. The new one does not know the topic yet: appends in its first moments
   * fail with 503.
   */
  @Override
  public synchronized void replace(Producer<byte[], byte[]> failed) {
    long now = nanoTime.getAsLong();
    if (closed || !failed.equals(producer) || now - replaceFrom < 0) {
      return;
    }
    replaceFrom = now + REPLACE_EVERY_NANOS;
    log.warn("the producer can't go on, another takes its place");
    try {
      producer = making.get();
    } catch (KafkaException e) {
      log.warn("no other producer can be made, tried again at the next failure: {}", e.toString());
      return;
    }
    // Not in this thread, which may be that of the producer to be closed.
    Thread.ofPlatform().daemon().name("producer-close").start(() -> failed.close(Duration.ZERO));
  }

  /** Returns the free bytes of the buffer. */
  public double bufferAvailable() {
    return producer.metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals("buffer-available-bytes"))
        .map(Metric::metricValue)
        .mapToDouble(value -> value instanceof Number number ? number.doubleValue() : Double.NaN)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** Waits until all appended records are in the log or have failed, then closes. */
  @Override
  public void close() {
    Producer<byte[], byte[]> last;
    synchronized (this) {
      closed = true;
      last = producer;
    }
    last.flush();
    last.close();
  }
}
