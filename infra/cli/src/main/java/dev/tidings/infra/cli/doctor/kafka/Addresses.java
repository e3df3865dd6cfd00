package dev.tidings.infra.cli.doctor.kafka;

import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.infra.cli.doctor.check.Site;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Node;

/** Whether addresses that others are told can be reached from here. */
final class Addresses {
  private static final String BROKERS = "broker addresses";
  private static final int CONNECT_MILLIS = 1_500;

  private Addresses() {}

  /** Looks at what the brokers advertise: clients and the other brokers use these alone. */
  static List<Check> ofBrokers(Brokers brokers, Site site) {
    List<Check> checks = new ArrayList<>();
    boolean here = isOfThisMachine(site.bootstrapServers());
    for (Node broker : brokers.nodes()) {
      String at = broker.host() + ":" + broker.port();
      if (!here && isLoopback(broker.host())) {
        checks.add(
            Check.failed(
                BROKERS,
                "broker %d advertises %s, which is each machine itself".formatted(broker.id(), at),
                "set advertised.listeners of the broker to an address that all others reach"));
      } else if (!answers(broker.host(), broker.port())) {
        checks.add(
            Check.failed(
                BROKERS,
                "broker %d advertises %s, where nobody answers".formatted(broker.id(), at),
                "set advertised.listeners of the broker to an address that this machine and all"
                    + " others reach, or open the firewall"));
      }
    }
    return checks.isEmpty()
        ? List.of(Check.sound(BROKERS, "all advertised addresses answer from here"))
        : checks;
  }

  private static boolean isOfThisMachine(String servers) {
    for (String server : servers.split(",", -1)) {
      int colon = server.lastIndexOf(':');
      if (!isLoopback(colon < 0 ? server.strip() : server.substring(0, colon).strip())) {
        return false;
      }
    }
    return true;
  }

  static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  static boolean answers(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
