package dev.tidings.node.parked;

import dev.tidings.schemas.avro.Delivery;

/** An entry read from the parked inbox. */
public sealed interface Parked {
  long sequence();

  /**
   * An entry to deliver.
   *
   * @param bytes its size in the store
   */
  record Valid(long sequence, Delivery delivery, int bytes) implements Parked {}

  /** An entry whose schema is not available from a registry; it becomes readable once it is. */
  record SchemaMissing(long sequence, byte[] value, String why) implements Parked {}

  /** Bytes that are not a delivery and never will be. */
  record Unreadable(long sequence, byte[] value, String why) implements Parked {}
}
