package dev.tidings.node.inbox;

import dev.tidings.schemas.avro.Delivery;

/** An entry read from the parked inbox. */
public sealed interface Parked {
  long sequence();

  /**
   * One to be delivered.
   *
   * @param bytes what it weighs in the store
   */
  record Waiting(long sequence, Delivery delivery, int bytes) implements Parked {}

  /** One that no registry gives the schema of; once one does, it will be another. */
  record Unread(long sequence, byte[] value, String why) implements Parked {}

  /** Bytes that are no delivery and never will be. */
  record Garbled(long sequence, byte[] value, String why) implements Parked {}
}
