package dev.tidings.ingest.erase;

import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.value.DeviceId;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/** Takes requests for erasures, and knows what has become of them. Thread-safe. */
public interface DeviceErasures {
  /**
   * What is known of one.
   *
   * @param id of the erasure
   */
  record Known(String id, DeviceId device, Erasure erasure) {}

  /**
   * Writes a request into the log, and waits for that.
   *
   * @return the id of the erasure
   * @throws KafkaException if it was not written, or is not known to have been written
   */
  String request(ErasureRequest request) throws InterruptedException;

  /** Returns an erasure; answers from memory. */
  Optional<Known> find(String id);

  /**
   * Returns whether one that is not found is none. Not if records are still to be read, nor for a
   * moment after it was made: another process may have taken it.
   */
  boolean isSettled(String id);
}
