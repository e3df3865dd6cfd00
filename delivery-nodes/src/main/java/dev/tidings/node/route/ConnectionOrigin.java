package dev.tidings.node.route;

import dev.tidings.auth.device.DeviceIdentity;
import java.util.Optional;

/**
 * How a connection has reached the node, and where its device can be sent: shared by all
 * connections of one kind.
 *
 * @param ownerRoute finds the route to the owner, if the device's inbox is on another node
 * @param redirect the address for a device that prefers a direct connection, if its inbox is here
 * @param relayed whether another node relays it, which has checked it already
 * @param proven what the device has proved to that node, if this one can rely on it
 * @param transport over which the device has come, to this node or the other one
 */
public record ConnectionOrigin(
    Admission admission,
    CloseMode closeMode,
    Optional<OwnerRoute> ownerRoute,
    Redirect redirect,
    boolean relayed,
    Optional<DeviceIdentity> proven,
    DeviceTransport transport) {

  /** Returns the arrival of a device's direct connections. */
  public static ConnectionOrigin ofDevice(
      Admission admission, DeviceTransport transport, Optional<OwnerRoute> ownerRoute) {
    return ofDevice(admission, transport, transport.hangup(), ownerRoute);
  }

  /** Returns the same, of connections over TCP that are closed in this way. */
  public static ConnectionOrigin ofDevice(
      Admission admission, CloseMode closeMode, Optional<OwnerRoute> ownerRoute) {
    return ofDevice(admission, DeviceTransport.TCP, closeMode, ownerRoute);
  }

  private static ConnectionOrigin ofDevice(
      Admission admission,
      DeviceTransport transport,
      CloseMode closeMode,
      Optional<OwnerRoute> ownerRoute) {
    return new ConnectionOrigin(
        admission, closeMode, ownerRoute, Redirect.NONE, false, Optional.empty(), transport);
  }

  /** Returns the arrival of a connection relayed by another node: it is not relayed again. */
  public static ConnectionOrigin relayed(
      Admission admission,
      Redirect redirect,
      Optional<DeviceIdentity> proven,
      DeviceTransport transport) {
    return new ConnectionOrigin(
        admission,
        DeviceTransport.RELAYED.hangup(),
        Optional.empty(),
        redirect,
        true,
        proven,
        transport);
  }
}
