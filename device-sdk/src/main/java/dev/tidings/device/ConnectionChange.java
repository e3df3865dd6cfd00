package dev.tidings.device;

import java.time.Duration;

/** What has become of the connection. */
public sealed interface ConnectionChange {

  /** It stands. */
  record Connected() implements ConnectionChange {}

  /** It is gone, or could not be had; another attempt follows. */
  record Lost(String reason, Duration retryIn) implements ConnectionChange {}

  /** It is gone for good: closed, taken over by another connection of this device, or refused. */
  record Ended(String reason) implements ConnectionChange {}
}
