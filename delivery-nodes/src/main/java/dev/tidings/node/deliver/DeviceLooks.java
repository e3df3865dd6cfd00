package dev.tidings.node.deliver;

import dev.tidings.node.look.DeviceLook;
import dev.tidings.schemas.value.DeviceId;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Looks at the devices whose partitions are this node's. Thread-safe; never blocks. */
public final class DeviceLooks {
  private final Partitions partitions;

  public DeviceLooks(Partitions partitions) {
    this.partitions = partitions;
  }

  /**
   * Looks at a device; fails if it is not this node's.
   *
   * @param apps whose notifications are looked for
   * @param after the sequence behind which
   * @param limit how many at most; there may be fewer, although more follow
   */
  public CompletableFuture<DeviceLook> look(
      DeviceId device, Predicate<String> apps, long after, int limit) {
    return partitions
        .of(device)
        .map(owner -> owner.looks.look(device, apps, after, limit))
        .orElseGet(Partitions::notHere);
  }
}
