package dev.tidings.node.device;

import dev.tidings.node.parked.ParkedRange;
import dev.tidings.schemas.value.DeviceId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The inboxes of a partition's devices: of those that are connected or owed something. Confined to
 * the partition's loop.
 */
public final class Inboxes {
  private final Map<DeviceId, DeviceInbox> inboxes = new HashMap<>();

  public Inboxes(Map<DeviceId, ParkedRange> parked) {
    parked.forEach((device, range) -> inboxes.put(device, new DeviceInbox(device, range)));
  }

  /** The device's; a new one if it has none. */
  public DeviceInbox of(DeviceId device) {
    return inboxes.computeIfAbsent(device, id -> new DeviceInbox(id, null));
  }

  /** The device's, if it has one. */
  public @Nullable DeviceInbox find(DeviceId device) {
    return inboxes.get(device);
  }

  public void dropIfIdle(DeviceInbox inbox) {
    if (inbox.isIdle()) {
      inboxes.remove(inbox.device(), inbox);
    }
  }

  /** All of them as they are now: they may come and go meanwhile. */
  public List<DeviceInbox> snapshot() {
    return List.copyOf(inboxes.values());
  }

  public Collection<DeviceInbox> all() {
    return inboxes.values();
  }

  public void clear() {
    inboxes.clear();
  }
}
