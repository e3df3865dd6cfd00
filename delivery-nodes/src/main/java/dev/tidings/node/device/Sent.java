package dev.tidings.node.device;

import dev.tidings.node.window.Entry;
import dev.tidings.schemas.avro.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * A notification in flight: written to the device's connection and not confirmed yet.
 *
 * @param entry its place in the hot window; null if it was read from the parked inbox
 * @param at when it was written, milliseconds since the epoch
 */
public record Sent(long sequence, Delivery delivery, @Nullable Entry entry, long at) {

  private static final long REPLAYED = -1;

  /** What the device has asked to be sent once more: neither the window nor the inbox knows it. */
  public static Sent replayed(Delivery delivery, long at) {
    return new Sent(REPLAYED, delivery, null, at);
  }

  /** Whether nothing waits for its confirmation. */
  public boolean isReplayed() {
    return sequence == REPLAYED;
  }

  /** Whether the hot window still waits for it, and not the parked inbox. */
  public boolean isHot() {
    return entry != null && entry.state() == Entry.State.SENT;
  }
}
