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

  /**
   * Returns HOST:PORT for the other nodes.
   *
   * @param port the one they are to ask, unless another is configured
   */
  String advertised(Config config, int port) {
    String told =
        config
            .get(IngestSettings.ADVERTISED_ADDRESS)
            .orElseGet(() -> {
              InetAddress first = bind.first();
              return (first.isAnyLocalAddress() ? localHost() : first).getHostAddress();
            });
    @Nullable Integer named = Utils.getPort(told);
    @Nullable String host = Utils.getHost(told);
    return named == null || host == null ? Utils.formatAddress(told, port) : told;
  }

  private static InetAddress localHost() {
    try {
      return InetAddress.getLocalHost();
    } catch (UnknownHostException e) {
      return InetAddress.getLoopbackAddress();
    }
  }
}
