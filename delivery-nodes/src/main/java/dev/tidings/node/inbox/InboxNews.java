package dev.tidings.node.inbox;

import dev.tidings.schemas.value.DeviceId;

/** Hears what happens to one partition of the store. Called on a stream thread; never blocks. */
public interface InboxNews {
  /**
   * An entry stands.
   *
   * @param anew whether it did not stand before
   */
  void stands(DeviceId device, long sequence, boolean anew);

  /**
   * An entry has been taken away.
   *
   * @param stood whether it stood before
   */
  void gone(DeviceId device, long sequence, boolean stood);

  /** A fence this node has written has come back: everything written before it has been applied. */
  void fencePassed(byte[] fence);
}
