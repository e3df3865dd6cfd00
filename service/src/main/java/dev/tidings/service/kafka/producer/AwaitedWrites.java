package dev.tidings.service.kafka.producer;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Writes records one at a time, for callers who wait until each is in the log. Thread-safe. */
public final class AwaitedWrites {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ProducerSource producers;
  private final Duration patience;

  /**
   * Creates one that waits as long as somebody who looks on.
   *
   * @param producers acknowledged by all replicas
   */
  public AwaitedWrites(ProducerSource producers) {
    this(producers, PATIENCE);
  }

  AwaitedWrites(ProducerSource producers, Duration patience) {
    this.producers = producers;
    this.patience = patience;
  }

  /**
   * Writes one.
   *
   * @throws KafkaException if it was not written, or is not known to have been written
   */
  public void write(ProducerRecord<byte[], byte[]> record) throws InterruptedException {
    String topic = record.topic();
    Producer<byte[], byte[]> producer = producers.current();
    try {
      producer.send(record).get(patience.toMillis(), TimeUnit.MILLISECONDS);
      producers.ended(producer, null);
    } catch (TimeoutException e) {
      String text =
          topic
              + " has acknowledged nothing for "
              + patience.toSeconds()
              + " s: look before you try again, it may still have been written";
      producers.ended(producer, new org.apache.kafka.common.errors.TimeoutException(text));
      throw new KafkaException(text, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception failure) {
        producers.ended(producer, failure);
      }
      throw new KafkaException(topic + " can't be written: " + e.getCause(), e.getCause());
    } catch (RuntimeException e) {
      // A producer in its error state throws.
      producers.ended(producer, e);
      throw new KafkaException(topic + " can't be written: " + e, e);
    }
  }
}
