package dev.tidings.node.inbox;

import dev.tidings.schemas.value.DeviceId;

/**
 * Tells whether a token of a device was revoked, from what is on disk: never to be asked on an
 * event loop. Those that may not wait are told by what was remembered of it. Thread-safe.
 */
public interface RevokedCheck {
  boolean isRevoked(DeviceId device, String app, String token);
}
