package dev.tidings.node.settings;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import dev.tidings.service.net.ListenAddresses;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The addresses of this process.
 *
 * @param bind the addresses it listens on
 * @param internalBind the addresses it listens on for other nodes
 * @param advertisedHost the host under which others reach it
 */
public record NodeEndpoints(
    ListenAddresses bind, ListenAddresses internalBind, String advertisedHost) {

  /**
   * As configured.
   *
   * @param brokers the addresses of brokers: the default is the address they are reached from
   */
  static NodeEndpoints of(Config config, String brokers) {
    ListenAddresses internal = addresses(config, InternalSettings.INTERNAL_BIND_ADDRESS);
    return new NodeEndpoints(
        addresses(config, FrontSettings.BIND_ADDRESS),
        internal,
        config
            .get(InternalSettings.ADVERTISED_HOST)
            .map(NodeEndpoints::reachable)
            .orElseGet(() ->
                (internal.first().isAnyLocalAddress() ? OwnAddress.of(brokers) : internal.first())
                    .getHostAddress()));
  }

  private static String reachable(String host) {
    InetAddress literal = NetUtil.createInetAddressFromIpAddressString(host);
    if (literal != null && literal.isAnyLocalAddress()) {
      throw ConfigException.of(
          InternalSettings.ADVERTISED_HOST,
          host,
          "a name or address under which other nodes reach this one");
    }
    return host;
  }

  private static ListenAddresses addresses(Config config, Setting<String> setting) {
    String address = config.get(setting);
    try {
      return ListenAddresses.of(address);
    } catch (UnknownHostException e) {
      throw ConfigException.of(setting, address, "an address or name of this host");
    }
  }
}
