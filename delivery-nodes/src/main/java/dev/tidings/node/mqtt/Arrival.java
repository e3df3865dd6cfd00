package dev.tidings.node.mqtt;

import java.util.Optional;

/**
 * How a connection has reached the node, and where its device can be sent: shared by all
 * connections of one kind.
 *
 * @param detour finds the route to the owner, if the device's inbox is on another node
 * @param redirect the address for a device that prefers a direct connection, if its inbox is here
 */
public record Arrival(
    Admission admission, Hangup hangup, Optional<Detour> detour, Redirect redirect) {

  /** Returns the arrival of a device's direct connections. */
  public static Arrival ofDevice(Admission admission, Hangup hangup, Optional<Detour> detour) {
    return new Arrival(admission, hangup, detour, Redirect.NONE);
  }

  /** Returns the arrival of connections relayed by another node: they are not relayed again. */
  public static Arrival relayed(Admission admission, Redirect redirect) {
    return new Arrival(admission, Transport.RELAYED.hangup(), Optional.empty(), redirect);
  }
}
