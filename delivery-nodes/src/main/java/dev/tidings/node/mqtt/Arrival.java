package dev.tidings.node.mqtt;

import java.util.Optional;

/**
 * How a connection has come to the node, and where its device can go from here: the same for all
 * that come one way.
 *
 * @param detour the way on, if the device's inbox is on another node
 * @param redirect where to send a device that would rather go itself, if its inbox is here
 */
public record Arrival(
    Admission admission, Hangup hangup, Optional<Detour> detour, Redirect redirect) {

  /** Of a device, directly. */
  public static Arrival ofDevice(Admission admission, Hangup hangup, Optional<Detour> detour) {
    return new Arrival(admission, hangup, detour, Redirect.NONE);
  }

  /** Relayed by another node: it goes no further. */
  public static Arrival relayed(Admission admission, Redirect redirect) {
    return new Arrival(admission, Transport.RELAYED.hangup(), Optional.empty(), redirect);
  }
}
