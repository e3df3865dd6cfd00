package dev.tidings.node.inbox;

import dev.tidings.node.parked.ParkedHeader;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.value.DeviceId;
import org.jspecify.annotations.Nullable;

/** Listener for changes of one partition of the store. Called on a stream thread; never blocks. */
public interface InboxListener {
  /**
   * An entry was stored.
   *
   * @param before the entry it replaced; null if there was none
   */
  void stored(
      DeviceId device, long sequence, ParkedHeader parkedHeader, @Nullable ParkedHeader before);

  /**
   * An entry was removed.
   *
   * @param removed the removed entry; null if there was none
   */
  void removed(DeviceId device, long sequence, @Nullable ParkedHeader removed);

  /** The life of the partition's sequences was set; it applies from now on. */
  void lives(Life life);

  /** A fence written by this node was read back: all records written before it are in the store. */
  void fencePassed(byte[] fence);

  /**
   * Returns whether an unexpected failure has ended it: the partition is to be given up and
   * acquired again.
   */
  boolean hasFailed();
}
