package dev.tidings.node.parked;

import dev.tidings.schemas.value.DeviceId;

/**
 * Decides from data on disk whether a token of a device was revoked: must not be called on an event
 * loop. Threads that may not block use the remembered revocations. Thread-safe.
 */
public interface RevokedCheck {
  /**
   * Decides it.
   *
   * @throws org.apache.kafka.common.errors.SerializationException if that is not possible now, but
   *     may be later
   */
  boolean isRevoked(DeviceId device, String app, String token);
}
