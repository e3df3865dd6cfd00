package dev.tidings.ingest.accept;

import dev.tidings.service.kafka.client.KafkaClients;
import java.time.Duration;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The producers that write notifications. The caller of {@link #open} closes them.
 *
 * @param single of those that come one by one
 * @param lines of those that come many at a time
 */
public record NotificationProducers(LogProducer single, LogProducer lines)
    implements AutoCloseable {

  /**
   * Creates both, as {@link LogProducer#open} does.
   *
   * @param bufferBytes the total size of records that wait to be sent, for each
   * @throws TimeoutException if the topic does not become known in time
   */
  public static NotificationProducers open(
      KafkaClients clients,
      String topic,
      long bufferBytes,
      Duration deliveryTimeout,
      Duration warmUp)
      throws InterruptedException {
    long end = System.nanoTime() + warmUp.toNanos();
    LogProducer single =
        LogProducer.open(
            clients, LogProducer.Kind.ACCEPT, topic, bufferBytes, deliveryTimeout, warmUp);
    try {
      Duration left = Duration.ofNanos(end - System.nanoTime());
      return new NotificationProducers(
          single,
          LogProducer.open(
              clients, LogProducer.Kind.LINES, topic, bufferBytes, deliveryTimeout, left));
    } catch (InterruptedException | RuntimeException e) {
      single.close();
      throw e;
    }
  }

  /** Returns the free bytes of the buffer that has the fewest. */
  public double bufferAvailable() {
    return Math.min(single.bufferAvailable(), lines.bufferAvailable());
  }

  /**
   * Waits until all appended records are in the log or have failed, then closes. What waits in one
   * grows old in the other too, so that both together take no longer than one.
   */
  @Override
  public void close() {
    try {
      single.close();
    } finally {
      lines.close();
    }
  }
}
