package dev.tidings.node.settings;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Determines the address under which other hosts reach this one, as far as it is known locally: the
 * address of the host name or, if that is loopback, as on Debian, the one from which this host
 * reaches the brokers.
 */
final class OwnAddress {
  private static final Logger LOG = LoggerFactory.getLogger(OwnAddress.class);

  private OwnAddress() {}

  /**
   * Returns the address.
   *
   * @param brokers addresses separated by commas
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
        "advertised.host: not set, and the only address found is {}: nodes on other hosts"
            + " cannot reach this one",
        ofName.getHostAddress());
    return ofName;
  }

  /** Returns the source address of packets to a broker; nothing is sent. */
  private static InetAddress towards(String broker) {
    int colon = broker.lastIndexOf(':');
    int slash = broker.lastIndexOf('/') + 1;
    if (colon > slash) {
      try (DatagramSocket socket = new DatagramSocket()) {
        InetAddress address = InetAddress.getByName(broker.substring(slash, colon));
        socket.connect(new InetSocketAddress(address, 9));
        return socket.getLocalAddress();
      } catch (IOException | RuntimeException e) {
        LOG.debug("broker {}: no route found: {}", broker, e.toString());
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
