package dev.tidings.node.mqtt.connection;

import dev.tidings.net.limit.ClientAddress;
import dev.tidings.node.mqtt.connect.ConnectRefusal;
import dev.tidings.node.mqtt.connect.RefusalPace;
import java.util.Optional;

/**
 * Refuses credentials of connections, at the pace of their addresses ({@code RefusalPace}). A
 * relayed connection is paced by the node that its device has connected to.
 */
final class CredentialRefusals {
  private CredentialRefusals() {}

  /** Returns whether credentials of the connection are to be checked. */
  static boolean mayCheck(DeviceConnection connection) {
    return connection.origin().relayed()
        || connection
            .services()
            .refusals()
            .mayCheck(ClientAddress.of(connection.channel()), connection.nanoTime());
  }

  /** Counts refused credentials; returns how long the answer is to wait, in nanoseconds. */
  static long count(DeviceConnection connection) {
    return connection.origin().relayed()
        ? 0
        : connection
            .services()
            .refusals()
            .refused(ClientAddress.of(connection.channel()), connection.nanoTime());
  }

  /** Notes that the credentials of a CONNECT are good. */
  static void accepted(DeviceConnection connection) {
    if (!connection.origin().relayed()) {
      connection.services().refusals().accepted(ClientAddress.of(connection.channel()));
    }
  }

  /** Refuses credentials, now or later. */
  static void refuse(DeviceConnection connection, ConnectRefusal why) {
    long nanos = count(connection);
    Optional<RefusalPace.Wait> wait =
        nanos > 0
            ? connection.services().refusals().begin(ClientAddress.of(connection.channel()))
            : Optional.empty();
    if (wait.isPresent()) {
      AwaitingRefusal.begin(connection, why, wait.get(), nanos);
    } else {
      connection.refuse(why);
    }
  }
}
