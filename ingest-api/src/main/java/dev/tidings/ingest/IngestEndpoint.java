package dev.tidings.ingest;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.net.ListenAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of this process.
 *
 * @param bind the addresses it listens on
 */
record IngestEndpoint(ListenAddresses bind) {

  static IngestEndpoint of(Config config) {
    String address = config.get(IngestSettings.BIND_ADDRESS);
    try {
      return new IngestEndpoint(ListenAddresses.of(address));
    } catch (UnknownHostException e) {
      throw ConfigException.of(
          IngestSettings.BIND_ADDRESS, address, "an address or name of this host");
    }
  }

  /** Returns HOST:PORT for the other nodes. */
  String advertised(Config config, int httpPort) {
    String told =
        config
            .get(IngestSettings.ADVERTISED_ADDRESS)
            .orElseGet(() -> {
              InetAddress first = bind.first();
              return (first.isAnyLocalAddress() ? localHost() : first).getHostAddress();
            });
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
