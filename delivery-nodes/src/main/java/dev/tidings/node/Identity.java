package dev.tidings.node;

import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.LogSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Set;

/**
 * Who and where this process is.
 *
 * @param instance its name in receipts
 * @param bind the address it listens on
 */
record Identity(String instance, InetAddress bind) {

  static Identity of(Config config) {
    String address = config.get(NodeSettings.BIND_ADDRESS);
    try {
      return new Identity(LogSettings.instance(config), InetAddress.getByName(address));
    } catch (UnknownHostException e) {
      throw ConfigException.of(
          NodeSettings.BIND_ADDRESS, address, "an address or name of this host");
    }
  }

  static TokenKeys tokenKeys(Config config) {
    String text = config.get(NodeSettings.TOKEN_KEYS);
    try {
      return TokenKeys.parse(text);
    } catch (InvalidValueException e) {
      throw ConfigException.of(
          NodeSettings.TOKEN_KEYS,
          text,
          "ID:HEX,… with each id of 0..255 once and secrets of at least 16 bytes");
    }
  }

  /** The apps whose policy is keep-latest. */
  static Set<String> keepLatest(Config config) {
    String text = config.get(NodeSettings.KEEP_LATEST);
    Set<String> apps = new HashSet<>();
    for (String app : text.isBlank() ? new String[0] : text.split(",", -1)) {
      try {
        apps.add(new AppId(app.strip()).value());
      } catch (InvalidValueException e) {
        throw ConfigException.of(
            NodeSettings.KEEP_LATEST, text, "bundle ids of apps, separated by commas");
      }
    }
    return apps;
  }

  /** How to reach a port from this machine, for the READY line. */
  String local(int port) {
    return (bind.isAnyLocalAddress() ? "127.0.0.1" : bind.getHostAddress()) + ":" + port;
  }
}
