package dev.tidings.node.transport;

import dev.tidings.node.cluster.Owners;
import dev.tidings.node.relay.peer.DeviceQuestions;
import dev.tidings.node.relay.peer.PeerTls;
import java.util.Optional;

/**
 * The connections to the other nodes.
 *
 * @param owners finds the owner of a device's inbox
 * @param port the port on which they reach this one; owned by the front end from now on
 * @param advertisedHost the host under which devices reach this one
 * @param tls for connections within TLS, by which nodes prove themselves; empty if there are none
 * @param questions answers what is asked about devices on the port
 */
public record ClusterPeers(
    Owners owners,
    InternalPort port,
    String advertisedHost,
    Optional<PeerTls> tls,
    DeviceQuestions questions) {
  /** The connections to other nodes, where nobody asks anything. */
  public ClusterPeers(
      Owners owners, InternalPort port, String advertisedHost, Optional<PeerTls> tls) {
    this(owners, port, advertisedHost, tls, DeviceQuestions.NONE);
  }
}
