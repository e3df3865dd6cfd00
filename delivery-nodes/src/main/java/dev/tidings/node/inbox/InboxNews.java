package dev.tidings.node.inbox;

import dev.tidings.node.window.Life;
import dev.tidings.schemas.value.DeviceId;
import org.jspecify.annotations.Nullable;

/** Listener for changes of one partition of the store. Called on a stream thread; never blocks. */
public interface InboxNews {
  /**
   * An entry was stored.
   *
   * @param before the entry it replaced; null if there was none
   */
  void stands(DeviceId device, long sequence, Label label, @Nullable Label before);

  /**
   * An entry was removed.
   *
   * @param stood the removed entry; null if there was none
   */
  void gone(DeviceId device, long sequence, @Nullable Label stood);

  /** The life of the partition's sequences was set; it applies from now on. */
  void lives(Life life);

  /** A fence written by this node was read back: all records written before it are in the store. */
  void fencePassed(byte[] fence);
}
