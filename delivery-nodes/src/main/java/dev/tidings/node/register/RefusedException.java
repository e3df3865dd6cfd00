package dev.tidings.node.register;

import java.util.Locale;

/** A device's request exceeds a limit; the message is sent to the device. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The limit that a request exceeds. */
  public enum Reason {
    /** How often the device may ask. */
    DEVICE_LIMIT,
    /** How often all devices of the node may ask. */
    NODE_LIMIT,
    /** The log takes nothing, or has not acknowledged an earlier request. */
    LOG_FULL,
    /** How many requests may be under way. */
    BUSY,
    /** How many apps a device may have. */
    APPS,
    /** How many topics a device may have joined. */
    TOPICS,
    /** How many tokens of an app a device may have had, or which app it has registered. */
    APP;

    /** Returns its name in meters. */
    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Reason reason;

  public RefusedException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
