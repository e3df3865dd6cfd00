package dev.tidings.node.route;

import java.util.Optional;

/**
 * How a connection has reached the node, and where its device can be sent: shared by all
 * connections of one kind.
 *
 * @param detour finds the route to the owner, if the device's inbox is on another node
 * @param redirect the address for a device that prefers a direct connection, if its inbox is here
 * @param relayed whether another node relays it, which has checked it already
 */
public record ConnectionOrigin(
    Admission admission,
    CloseMode closeMode,
    Optional<OwnerRoute> detour,
    Redirect redirect,
    boolean relayed) {

  /** Returns the arrival of a device's direct connections. */
  public static ConnectionOrigin ofDevice(
      Admission admission, CloseMode closeMode, Optional<OwnerRoute> detour) {
    return new ConnectionOrigin(admission, closeMode, detour, Redirect.NONE, false);
  }

  /** Returns the arrival of connections relayed by another node: they are not relayed again. */
  public static ConnectionOrigin relayed(Admission admission, Redirect redirect) {
    return new ConnectionOrigin(
        admission, DeviceTransport.RELAYED.hangup(), Optional.empty(), redirect, true);
  }
}
