package dev.tidings.node.replay;

import dev.tidings.schemas.value.DeviceId;
import java.util.function.Predicate;

/**
 * Tells which tokens are a device's now. What was sent to any other may have been meant for an
 * earlier user of the device. Thread-safe; it may wait, so it must not be called on an event loop.
 */
@FunctionalInterface
public interface OwnTokens {
  /**
   * Returns which tokens of an app are the device's at this moment.
   *
   * @throws IllegalStateException if that cannot be told now
   */
  Predicate<String> of(DeviceId device, String app) throws InterruptedException;
}
