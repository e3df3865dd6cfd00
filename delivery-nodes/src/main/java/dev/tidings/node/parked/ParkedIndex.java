package dev.tidings.node.parked;

import dev.tidings.node.window.Life;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.value.DeviceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * The entries in one partition of the store, as found by one scan at takeover. Created on a stream
 * thread and handed over.
 */
public final class ParkedIndex {
  private final Map<DeviceId, ParkedRange> ranges = new HashMap<>();
  private final Deadlines deadlines = new Deadlines();
  private final List<InboxKey> candidates = new ArrayList<>();
  private @Nullable Life life;
  private DeviceId last = new DeviceId("none");

  /**
   * @param revoked decides whether a token was revoked
   */
  void add(InboxKey key, ParkedHeader parkedHeader, RevokedCheck revoked) {
    DeviceId device = one(key.device());
    long replaced =
        ranges.computeIfAbsent(device, id -> new ParkedRange()).add(key.sequence(), parkedHeader);
    if (replaced != ParkedRange.NONE) {
      candidates.add(new InboxKey(device, replaced));
    }
    InboxKey inboxKey = new InboxKey(device, key.sequence());
    if (parkedHeader.token() != null
        && parkedHeader.app() != null
        && isSuspect(device, parkedHeader.app(), parkedHeader.token(), revoked)) {
      candidates.add(inboxKey);
    }
    deadlines.add(parkedHeader.expiresAt(), inboxKey);
  }

  private static boolean isSuspect(
      DeviceId device, String app, String token, RevokedCheck revoked) {
    try {
      return revoked.isRevoked(device, app, token);
    } catch (SerializationException e) {
      // It cannot be read yet, and a takeover does not wait: it is read again later.
      return true;
    }
  }

  /** A device's entries are consecutive and can share one object. */
  private DeviceId one(DeviceId device) {
    if (!device.equals(last)) {
      last = device;
    }
    return last;
  }

  void lives(@Nullable Life known) {
    life = known;
  }

  /** Returns the life that the sequences belong to; null if no node has started here before. */
  public @Nullable Life life() {
    return life;
  }

  /** Returns the entries by device. */
  public Map<DeviceId, ParkedRange> ranges() {
    return ranges;
  }

  /** Returns the expiry times. */
  public Deadlines deadlines() {
    return deadlines;
  }

  /** Returns the entries that are probably no longer wanted. */
  public List<InboxKey> candidates() {
    return candidates;
  }
}
