package dev.tidings.service.net;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rule that a service is closed by default: a port on which nobody has to prove who they are
 * listens on loopback addresses only, unless an operator opens it by name in {@code listen.open}.
 * Authentication is off by default, so without the rule a service that is merely started would
 * serve everybody who reaches its host.
 *
 * @param <P> the kinds of port that the service has
 */
public final class ClosedByDefault<P extends Enum<P> & ClosedByDefault.Port> {
  private static final String NAME = "listen.open";
  private static final Logger log = LoggerFactory.getLogger(ClosedByDefault.class);

  /** A kind of port; the constant in lower case, with hyphens, is its name in the setting. */
  public interface Port {
    /** Returns what whoever reaches it may do, after "may". */
    String lets();
  }

  private final Config config;
  private final Set<P> opened;
  private final List<ConfigException> refused = new ArrayList<>();

  /**
   * @param setting made by {@link #setting}
   */
  public ClosedByDefault(Config config, Setting<Set<P>> setting) {
    this.config = config;
    this.opened = config.get(setting);
  }

  /** Returns the setting {@code listen.open} of a service with these kinds of port. */
  public static <P extends Enum<P> & Port> Setting<Set<P>> setting(Class<P> ports) {
    return Setting.choices(
        NAME,
        ports,
        "Which ports may listen on other than loopback addresses although nobody has to prove who"
            + " they are. "
            + Arrays.stream(ports.getEnumConstants())
                .map(port -> name(port) + ": whoever reaches it may " + port.lets())
                .collect(Collectors.joining("; "))
            + ".");
  }

  /**
   * Looks at a port without authentication whose address is the value of a setting.
   *
   * @param otherwise settings by which authentication is required, such as {@code
   *     auth.devices=jwt}; none if there are none
   */
  public ClosedByDefault<P> unauthenticated(P port, Setting<String> address, String... otherwise) {
    return unauthenticated(port, address, config.get(address), otherwise);
  }

  /** The same, of an address that does not have to be the setting's own value. */
  public ClosedByDefault<P> unauthenticated(
      P port, Setting<?> address, String host, String... otherwise) {
    if (isLoopback(address, host)) {
      return this;
    }
    if (opened.contains(port)) {
      log.warn(
          "{}: {}: {} has {}: whoever reaches the port may {}",
          address,
          host,
          NAME,
          name(port),
          port.lets());
      return this;
    }
    List<String> expected = new ArrayList<>(List.of("localhost"));
    expected.addAll(List.of(otherwise));
    expected.add(
        NAME + "=" + with(port) + ", with which whoever reaches the port may " + port.lets());
    refused.add(ConfigException.of(address, host, String.join("; or ", expected)));
    return this;
  }

  /**
   * Ends the check.
   *
   * @throws ConfigException if one of the ports would be open
   */
  public void check() {
    if (!refused.isEmpty()) {
      throw ConfigException.of(refused);
    }
  }

  private static boolean isLoopback(Setting<?> address, String host) {
    try {
      return ListenAddresses.of(host).areLoopback();
    } catch (UnknownHostException e) {
      throw ConfigException.of(address, host, "an address or name of this host");
    }
  }

  /** Returns the value of the setting that opens this port too. */
  private String with(P port) {
    Set<P> all = EnumSet.of(port);
    all.addAll(opened);
    return all.stream().map(ClosedByDefault::name).collect(Collectors.joining(","));
  }

  private static String name(Enum<?> port) {
    return port.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
