package dev.tidings.node.inbox;

import dev.tidings.node.window.Life;
import dev.tidings.schemas.value.DeviceId;
import org.jspecify.annotations.Nullable;

/** Hears what happens to one partition of the store. Called on a stream thread; never blocks. */
public interface InboxNews {
  /**
   * An entry stands.
   *
   * @param before what stood in its place; null if nothing did
   */
  void stands(DeviceId device, long sequence, Label label, @Nullable Label before);

  /**
   * An entry has been taken away.
   *
   * @param stood what it took away; null if nothing
   */
  void gone(DeviceId device, long sequence, @Nullable Label stood);

  /** The life that the sequences of the partition's deliveries are of from now on. */
  void lives(Life life);

  /** A fence this node has written has come back: everything written before it has been applied. */
  void fencePassed(byte[] fence);
}
