package dev.tidings.ingest.trace.table;

import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.service.kafka.client.ClientSettings;
import dev.tidings.service.kafka.client.KafkaClients;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the topic, with a producer that is made when it is first needed: hardly ever. What it
 * can't write it leaves out, and then does not try for a while, for the table is read by the thread
 * that waits. Thread-safe.
 */
final class EndWriter implements ReceiptProcessor.FinalReceiptRewriter, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EndWriter.class);
  private static final Duration ATTEMPT = Duration.ofSeconds(5);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

  private final String topic;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private final LongSupplier nanoTime;
  private @Nullable Producer<byte[], byte[]> producer;
  private boolean failed;
  private long againFrom;

  /**
   * Ready to write.
   *
   * @param producers makes the producer, which is closed here
   */
  EndWriter(String topic, Supplier<Producer<byte[], byte[]>> producers, LongSupplier nanoTime) {
    this.topic = topic;
    this.producers = producers;
    this.nanoTime = nanoTime;
  }

  /** As the configuration has it. */
  static EndWriter of(KafkaClients clients, String topic) {
    int attempt = Math.toIntExact(ATTEMPT.toMillis());
    ClientSettings settings =
        clients
            .producer("receipts")
            .always(ProducerConfig.LINGER_MS_CONFIG, 0)
            .always(ProducerConfig.MAX_BLOCK_MS_CONFIG, attempt)
            .always(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, attempt)
            .always(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, attempt);
    return new EndWriter(topic, settings::openProducer, System::nanoTime);
  }

  @Override
  public synchronized void write(int partition, Bytes key, byte[] receipt) {
    if (failed && nanoTime.getAsLong() - againFrom < 0) {
      return;
    }
    try {
      Producer<byte[], byte[]> with = producer;
      if (with == null) {
        with = producers.get();
        producer = with;
      }
      with.send(new ProducerRecord<>(topic, partition, key.get(), receipt))
          .get(2 * ATTEMPT.toMillis(), TimeUnit.MILLISECONDS);
      failed = false;
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      failed(partition, key, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException | KafkaException e) {
      failed(partition, key, e);
    }
  }

  private void failed(int partition, Bytes key, Throwable why) {
    log.warn(
        "{}-{}, {}: its end can't be written behind a later receipt that says that it waits,"
            + " which a restored table will tell; no end is written for {} s: {}",
        topic,
        partition,
        ReceiptKey.notification(key.get()),
        AFTER_FAILURE.toSeconds(),
        why.toString());
    failed = true;
    againFrom = nanoTime.getAsLong() + AFTER_FAILURE.toNanos();
    // It may be the producer that can't go on.
    close();
  }

  @Override
  public synchronized void close() {
    Producer<byte[], byte[]> last = producer;
    producer = null;
    if (last != null) {
      last.close(Duration.ZERO);
    }
  }
}
