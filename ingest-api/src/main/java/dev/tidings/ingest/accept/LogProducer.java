package dev.tidings.ingest.accept;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The producer behind {@link NotificationLog}. Whoever opens it closes it. */
public final class LogProducer implements AutoCloseable {
  private static final Duration RETRY_EVERY = Duration.ofMillis(20);

  private final KafkaProducer<byte[], byte[]> producer;

  private LogProducer(KafkaProducer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /**
   * Makes the producer and waits until it knows the topic, for afterwards it waits for nothing.
   *
   * @param topic the name of {@code notifications}
   * @param bufferBytes what may wait to be sent, in all
   * @param deliveryTimeout how long an append may take before it has failed
   * @param warmUp how long to wait
   * @throws TimeoutException if the topic does not become known in time
   */
  public static LogProducer open(
      Map<String, String> kafka,
      String instance,
      String topic,
      long bufferBytes,
      Duration deliveryTimeout,
      Duration warmUp)
      throws InterruptedException {
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            ProducerSettings.of(kafka, instance, bufferBytes, deliveryTimeout),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    LogProducer opened = new LogProducer(producer);
    try {
      opened.warmUp(topic, warmUp);
      return opened;
    } catch (InterruptedException | RuntimeException e) {
      producer.close(Duration.ZERO);
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

  public Producer<byte[], byte[]> producer() {
    return producer;
  }

  /** How much of the buffer is free, in bytes. */
  public double bufferAvailable() {
    return producer.metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals("buffer-available-bytes"))
        .map(Metric::metricValue)
        .mapToDouble(value -> value instanceof Number number ? number.doubleValue() : Double.NaN)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** Waits until what was appended is in the log or has failed, then closes. */
  @Override
  public void close() {
    producer.flush();
    producer.close();
  }
}
