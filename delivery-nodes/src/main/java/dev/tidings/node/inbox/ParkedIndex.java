package dev.tidings.node.inbox;

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
 * What stands in one partition of the store, as one walk over it at take-over finds it. Made on a
 * stream thread and handed over.
 */
public final class ParkedIndex {
  private final Map<DeviceId, ParkedRange> ranges = new HashMap<>();
  private final Deadlines deadlines = new Deadlines();
  private final List<Place> suspects = new ArrayList<>();
  private @Nullable Life life;
  private DeviceId last = new DeviceId("none");

  /**
   * @param revoked tells whether a token is
   */
  void add(InboxKey key, Label label, RevokedCheck revoked) {
    DeviceId device = one(key.device());
    long replaced =
        ranges.computeIfAbsent(device, id -> new ParkedRange()).add(key.sequence(), label);
    if (replaced != ParkedRange.NONE) {
      suspects.add(new Place(device, replaced));
    }
    Place place = new Place(device, key.sequence());
    if (label.token() != null
        && label.app() != null
        && isSuspect(device, label.app(), label.token(), revoked)) {
      suspects.add(place);
    }
    deadlines.add(label.expiresAt(), place);
  }

  private static boolean isSuspect(
      DeviceId device, String app, String token, RevokedCheck revoked) {
    try {
      return revoked.isRevoked(device, app, token);
    } catch (SerializationException e) {
      // It can't be read yet, and a take-over does not wait: it is looked at again.
      return true;
    }
  }

  /** A device's entries come one after the other, and need not hold one name each. */
  private DeviceId one(DeviceId device) {
    if (!device.equals(last)) {
      last = device;
    }
    return last;
  }

  void lives(@Nullable Life known) {
    life = known;
  }

  /** The life that the sequences of deliveries are of; null if no node has begun here before. */
  public @Nullable Life life() {
    return life;
  }

  /** Who has what. */
  public Map<DeviceId, ParkedRange> ranges() {
    return ranges;
  }

  /** When what expires. */
  public Deadlines deadlines() {
    return deadlines;
  }

  /** Entries that nobody waits for any more, to all appearances. */
  public List<Place> suspects() {
    return suspects;
  }
}
