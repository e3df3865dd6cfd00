package dev.tidings.ingest.accept;

import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.kafka.producer.ProducerSource;
import dev.tidings.service.kafka.producer.RenewedProducer;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The producer behind {@link NotificationLog}, or for another topic. The caller of {@link #open}
 * closes it.
 */
public final class LogProducer implements ProducerSource, AutoCloseable {
  private static final Duration RETRY_EVERY = Duration.ofMillis(20);

  /** Longer than brokers take to agree on another leader, so that this replaces no producer. */
  private static final Duration SILENCE = Duration.ofMinutes(1);

  /** What one is for. */
  public enum Kind {
    /** Notifications that are sent one by one: each is on its way at once. */
    ACCEPT("accept", 5),
    /**
     * Notifications that come many at a time: while a request is on its way to a broker, the next
     * one fills, so that it is large when many come, and does not wait when one does.
     */
    LINES("lines", 1),
    BROADCAST("broadcast", 5);

    private final String clientName;
    private final int requestsInFlight;

    Kind(String clientName, int requestsInFlight) {
      this.clientName = clientName;
      this.requestsInFlight = requestsInFlight;
    }

    String clientName() {
      return clientName;
    }

    /** Returns how many requests may be on their way to a broker. */
    int requestsInFlight() {
      return requestsInFlight;
    }
  }

  private final RenewedProducer producers;

  private LogProducer(RenewedProducer producers) {
    this.producers = producers;
  }

  /**
   * Creates the producer and waits until it knows the topic, because sends never block later.
   *
   * @param topic that it writes to
   * @param bufferBytes the total size of records that wait to be sent
   * @param deliveryTimeout the time after which an append fails
   * @param warmUp how long to wait
   * @throws TimeoutException if the topic does not become known in time
   */
  public static LogProducer open(
      KafkaClients clients,
      Kind kind,
      String topic,
      long bufferBytes,
      Duration deliveryTimeout,
      Duration warmUp)
      throws InterruptedException {
    LogProducer opened =
        new LogProducer(
            new RenewedProducer(
                ProducerSettings.of(clients, kind, bufferBytes, deliveryTimeout)::openProducer,
                SILENCE,
                System::nanoTime));
    try {
      opened.warmUp(topic, warmUp);
      return opened;
    } catch (InterruptedException | RuntimeException e) {
      opened.producers.last().close(Duration.ZERO);
      throw e;
    }
  }

  /**
   * Waits until it knows a topic, because sends never block later.
   *
   * @throws TimeoutException if the topic does not become known in time
   */
  public void warmUp(String topic, Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      try {
        current().partitionsFor(topic);
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
    return producers.current();
  }

  /**
   * {@inheritDoc} The new one does not know the topic yet: appends in its first moments fail with
   * 503.
   */
  @Override
  public void ended(Producer<byte[], byte[]> producer, @Nullable Exception failure) {
    producers.ended(producer, failure);
  }

  /** Returns the free bytes of the buffer. */
  public double bufferAvailable() {
    return current().metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals("buffer-available-bytes"))
        .map(Metric::metricValue)
        .mapToDouble(value -> value instanceof Number number ? number.doubleValue() : Double.NaN)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** Waits until all appended records are in the log or have failed, then closes. */
  @Override
  public void close() {
    Producer<byte[], byte[]> last = producers.last();
    last.flush();
    last.close();
  }
}
