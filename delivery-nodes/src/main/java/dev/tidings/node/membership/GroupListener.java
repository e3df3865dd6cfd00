package dev.tidings.node.membership;

/** What follows from what is known of the membership. Called on the watch's thread, in turn. */
public interface GroupListener {
  /** Others may own this node's partitions: nothing is to be sent or ended until it is clear. */
  void doubt();

  /** What this node has is its own. */
  void sure();

  /** It has lasted for too long: the devices are better off elsewhere. Comes after a doubt. */
  void cutOff();
}
