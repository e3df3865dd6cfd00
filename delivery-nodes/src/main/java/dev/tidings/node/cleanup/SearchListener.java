package dev.tidings.node.cleanup;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.parked.Parked;

/**
 * Hears, on the partition's loop, what is found in a parked inbox; nothing more if the partition is
 * given back.
 */
public interface SearchListener {
  /** It is there, and has not ended. It may also be found after it was given up. */
  void found(DeviceInbox inbox, Parked.Valid entry);

  /**
   * The search is over.
   *
   * @param certain whether it is not there if it was not found: all was read
   */
  void ended(boolean certain);
}
