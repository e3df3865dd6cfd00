package dev.tidings.device;

import java.time.Duration;

/** A change of the connection's state. */
public sealed interface ConnectionChange {

  /** The connection is established. */
  record Connected() implements ConnectionChange {}

  /** The connection is lost, or could not be established; another attempt follows. */
  record Lost(String reason, Duration retryIn) implements ConnectionChange {}

  /**
   * The connection has ended permanently: closed, taken over by another connection of this device,
   * or refused.
   */
  record Ended(String reason) implements ConnectionChange {}
}
