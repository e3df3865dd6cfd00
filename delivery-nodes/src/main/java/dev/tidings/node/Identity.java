package dev.tidings.node;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.LogSettings;
import dev.tidings.service.config.Setting;
import dev.tidings.service.net.ListenAddresses;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Set;

/**
 * The name and the addresses of this process.
 *
 * @param instance its name in receipts
 * @param bind the addresses it listens on
 * @param internalBind the addresses it listens on for other nodes
 * @param advertisedHost the host under which others reach it
 */
record Identity(
    String instance, ListenAddresses bind, ListenAddresses internalBind, String advertisedHost) {

  static Identity of(Config config) {
    ListenAddresses internal = addresses(config, NodeSettings.INTERNAL_BIND_ADDRESS);
    return new Identity(
        LogSettings.instance(config),
        addresses(config, NodeSettings.BIND_ADDRESS),
        internal,
        config
            .get(NodeSettings.ADVERTISED_HOST)
            .map(Identity::reachable)
            .orElseGet(() ->
                (internal.first().isAnyLocalAddress() ? ownAddress(config) : internal.first())
                    .getHostAddress()));
  }

  private static String reachable(String host) {
    InetAddress literal = NetUtil.createInetAddressFromIpAddressString(host);
    if (literal != null && literal.isAnyLocalAddress()) {
      throw ConfigException.of(
          NodeSettings.ADVERTISED_HOST,
          host,
          "a name or address under which other nodes reach this one");
    }
    return host;
  }

  private static InetAddress ownAddress(Config config) {
    String brokers = LogSettings.kafka(config).getOrDefault("bootstrap.servers", "");
    return OwnAddress.of(brokers);
  }

  private static ListenAddresses addresses(Config config, Setting<String> setting) {
    String address = config.get(setting);
    try {
      return ListenAddresses.of(address);
    } catch (UnknownHostException e) {
      throw ConfigException.of(setting, address, "an address or name of this host");
    }
  }

  /** Returns the apps whose policy is keep-latest. */
  static Set<String> keepLatest(Config config) {
    Set<String> apps = new HashSet<>();
    for (String app : config.get(NodeSettings.KEEP_LATEST)) {
      try {
        apps.add(new AppId(app).value());
      } catch (InvalidValueException e) {
        throw ConfigException.of(
            NodeSettings.KEEP_LATEST, app, "bundle ids of apps, separated by commas");
      }
    }
    return apps;
  }
}
