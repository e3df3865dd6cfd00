package dev.tidings.ingest;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.LogSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Who and where this process is.
 *
 * @param instance its name in traces
 * @param bind the address it listens on
 */
record Node(String instance, InetAddress bind) {

  static Node of(Config config) {
    String address = config.get(IngestSettings.BIND_ADDRESS);
    try {
      return new Node(LogSettings.instance(config), InetAddress.getByName(address));
    } catch (UnknownHostException e) {
      throw ConfigException.of(
          IngestSettings.BIND_ADDRESS, address, "an address or name of this host");
    }
  }

  InetSocketAddress at(int port) {
    return new InetSocketAddress(bind, port);
  }

  /** How to reach a port from this machine, for the READY line. */
  String local(int port) {
    return bind.isAnyLocalAddress()
        ? "127.0.0.1:" + port
        : Utils.formatAddress(bind.getHostAddress(), port);
  }

  /** HOST:PORT for the other nodes. */
  String advertised(Config config, int httpPort) {
    String told =
        config
            .get(IngestSettings.ADVERTISED_ADDRESS)
            .orElseGet(() -> (bind.isAnyLocalAddress() ? localHost() : bind).getHostAddress());
    @Nullable Integer port = Utils.getPort(told);
    @Nullable String host = Utils.getHost(told);
    return port == null || host == null ? Utils.formatAddress(told, httpPort) : told;
  }

  private static InetAddress localHost() {
    try {
      return InetAddress.getLocalHost();
    } catch (UnknownHostException e) {
      return InetAddress.getLoopbackAddress();
    }
  }
}
