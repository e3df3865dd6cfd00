package dev.tidings.ingest.replay;

import dev.tidings.schemas.avro.ReplayOrder;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;

/** Takes orders of replays, and knows how far they have come. Thread-safe. */
public interface ReplayOrders {
  /** Returns whether all is known that there was when this process began. */
  boolean isKnown();

  /**
   * Writes an order into the log, and waits for that.
   *
   * @throws KafkaException if it was not written, or is not known to have been written
   */
  void order(String id, ReplayOrder order) throws InterruptedException;

  /** Writes that one is to stop, and waits for that; fails as {@link #order}. */
  void stop(String id) throws InterruptedException;

  /** Returns one; answers from memory. */
  Optional<ReplayState> find(String id);

  /** Returns how many of these have not ended. */
  int open(Predicate<ReplayOrder> which);

  /** Waits until what the log has now is known. Returns whether it is. */
  boolean catchUp(Duration patience) throws InterruptedException;

  /** Waits until one has ended, and no longer than that. Returns how far it is then. */
  Optional<ReplayState> awaitEnd(String id, Duration patience) throws InterruptedException;
}
