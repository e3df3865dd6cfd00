package dev.tidings.node;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Under which address other hosts reach this one, as far as it can tell itself: that of its name,
 * or where that is loopback, as it is on Debian, the one from which it reaches the brokers.
 */
final class OwnAddress {
  private static final Logger LOG = LoggerFactory.getLogger(OwnAddress.class);

  private OwnAddress() {}

  /**
   * Finds it.
   *
   * @param brokers separated by commas
   */
  static InetAddress of(String brokers) {
    return of(localHost(), brokers);
  }

  static InetAddress of(InetAddress ofName, String brokers) {
    if (!ofName.isLoopbackAddress()) {
      return ofName;
    }
    for (String broker : brokers.split(",", -1)) {
      InetAddress towards = towards(broker.strip());
      if (!towards.isLoopbackAddress() && !towards.isAnyLocalAddress()) {
        return towards;
      }
    }
    LOG.warn(
        "advertised.host: not set, and this host knows itself as {} only: no node on another host"
            + " reaches this one",
        ofName.getHostAddress());
    return ofName;
  }

  /** The address that packets to a broker would come from; nothing is sent. */
  private static InetAddress towards(String broker) {
    int colon = broker.lastIndexOf(':');
    int slash = broker.lastIndexOf('/') + 1;
    if (colon > slash) {
      try (DatagramSocket socket = new DatagramSocket()) {
        InetAddress address = InetAddress.getByName(broker.substring(slash, colon));
        socket.connect(new InetSocketAddress(address, 9));
        return socket.getLocalAddress();
      } catch (IOException | RuntimeException e) {
        LOG.debug("broker {}: no route known: {}", broker, e.toString());
      }
    }
    return InetAddress.getLoopbackAddress();
  }

  private static InetAddress localHost() {
    try {
      return InetAddress.getLocalHost();
    } catch (UnknownHostException e) {
      return InetAddress.getLoopbackAddress();
    }
  }
}
