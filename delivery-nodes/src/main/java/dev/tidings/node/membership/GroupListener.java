package dev.tidings.node.membership;

/** Listener for the state of the membership. Called on the watch's thread, one call at a time. */
public interface GroupListener {
  /**
   * Other nodes may own this node's partitions: nothing is to be sent or settled until that is
   * clear.
   */
  void doubt();

  /** This node owns its partitions. */
  void sure();

  /**
   * The doubt has lasted too long: devices should connect to another node. Called after {@link
   * #doubt}.
   */
  void cutOff();
}
