package dev.tidings.node.deliver;

/**
 * The stage of the hand-over of a partition to this node. It only ever goes forward; a crash at any
 * stage leaves the partition to whoever takes over next, who begins with the first.
 */
enum Stage {
  /**
   * The store is restored, and a fence is on its way through the log: what the owner before wrote
   * last may not stand yet. Devices may connect; nothing is read, and nobody is sent anything.
   */
  FENCING,
  /**
   * Everything parked before is in the store. Deliveries are read from the last commit on, devices
   * are served, and what is resolved is committed.
   */
  SERVING,
  /** Nothing more is read or sent; what is in flight may still be confirmed. */
  DRAINING,
  /** Let go: a last commit says how far it came. Whatever comes later is ignored. */
  CLOSED
}
