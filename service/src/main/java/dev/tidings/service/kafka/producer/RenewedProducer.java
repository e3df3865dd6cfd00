package dev.tidings.service.kafka.producer;

import dev.tidings.service.kafka.ProducerFailure;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A producer that is replaced when it cannot go on: when one of its records failed because of it
 * ({@link ProducerFailure}), or when records were given up and none was acknowledged for a while.
 * The latter is all that is seen of one that waits for its id for ever. While the brokers are away
 * the new one fares no better, and is replaced as seldom.
 */
public final class RenewedProducer implements ProducerSource {
  private static final Logger log = LoggerFactory.getLogger(RenewedProducer.class);

  /**
   * The minimum time between replacements: a producer that fails at once must not be replaced with
   * every record.
   */
  private static final long RENEW_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<Producer<byte[], byte[]>> making;
  private final long patienceNanos;
  private final LongSupplier nanoTime;
  private volatile Producer<byte[], byte[]> producer;
  // Whether records were given up since the last one was acknowledged.
  private volatile boolean silent;
  private long silentSince;
  private long renewFrom;
  private boolean closed;

  /**
   * Makes the first one.
   *
   * @param patience how long it may acknowledge nothing after it gave up a record
   */
  public RenewedProducer(
      Supplier<Producer<byte[], byte[]>> making, Duration patience, LongSupplier nanoTime) {
    this.making = making;
    this.patienceNanos = patience.toNanos();
    this.nanoTime = nanoTime;
    this.producer = making.get();
    this.renewFrom = nanoTime.getAsLong();
  }

  @Override
  public Producer<byte[], byte[]> current() {
    return producer;
  }

  @Override
  public void ended(Producer<byte[], byte[]> of, @Nullable Exception failure) {
    if (failure == null) {
      if (silent) {
        silent = false;
      }
    } else if (ProducerFailure.isOne(failure)
        || (failure instanceof TimeoutException && isSilentForLong())) {
      renew(of);
    }
  }

  private synchronized boolean isSilentForLong() {
    long now = nanoTime.getAsLong();
    if (!silent) {
      silent = true;
      silentSince = now;
    }
    return now - silentSince >= patienceNanos;
  }

  /** Does nothing if it was replaced already. The new one does not know any topic yet. */
  private synchronized void renew(Producer<byte[], byte[]> failed) {
    long now = nanoTime.getAsLong();
    if (closed || !failed.equals(producer) || now - renewFrom < 0) {
      return;
    }
    renewFrom = now + RENEW_EVERY_NANOS;
    log.warn("the producer can't go on, another takes its place");
    try {
      producer = making.get();
    } catch (KafkaException e) {
      log.warn("no other producer can be made, tried again at the next failure: {}", e.toString());
      return;
    }
    silent = false;
    // Not in this thread, which may be that of the producer to be closed.
    Thread.ofPlatform().daemon().name("producer-close").start(() -> failed.close(Duration.ZERO));
  }

  /** Returns the last one: it is not replaced any more, and to be closed by the caller. */
  public synchronized Producer<byte[], byte[]> last() {
    closed = true;
    return producer;
  }
}
