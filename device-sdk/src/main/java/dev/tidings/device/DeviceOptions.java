package dev.tidings.device;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The options of a {@link DeviceClient}. Start from {@link #of} and change them as needed.
 *
 * @param servers which nodes to connect to, and how
 * @param serial the device's serial number, which is its MQTT client id
 * @param apps the apps to register as part of connecting
 * @param password the device's JWT, if the service requires one
 * @param receiveMaximum how many notifications may be unconfirmed
 * @param remembered how many notification ids are remembered to recognise repetitions
 * @param keepAlive the time without traffic after which each side checks the connection
 * @param sessionExpiry how long the server keeps packet state for a disconnected device; it keeps
 *     the inbox in any case
 * @param answerTimeout how long a registration may take
 * @param backoff the delays between attempts to connect
 */
public record DeviceOptions(
    Servers servers,
    String serial,
    List<String> apps,
    Optional<String> password,
    int receiveMaximum,
    int remembered,
    Duration keepAlive,
    Duration sessionExpiry,
    Duration answerTimeout,
    Backoff backoff) {

  public DeviceOptions {
    apps = List.copyOf(apps);
    atLeastOne("receive maximum", receiveMaximum);
    atLeastOne("remembered", remembered);
  }

  /** Returns options for one node without TLS, following redirects. */
  public static DeviceOptions of(String host, int port, String serial) {
    return new DeviceOptions(
        new Servers(List.of(new ServerAddress(host, port)), true, Optional.empty()),
        serial,
        List.of(),
        Optional.empty(),
        64,
        10_000,
        Duration.ofSeconds(60),
        Duration.ofHours(1),
        Duration.ofSeconds(30),
        Backoff.DEFAULT);
  }

  /** Returns these options with several nodes: after a failure the next one is tried. */
  public DeviceOptions withServers(List<ServerAddress> addresses) {
    return with(new Servers(addresses, servers.redirects(), servers.tls()));
  }

  /**
   * Returns these options without redirects: a server that does not own the device relays its
   * traffic instead.
   */
  public DeviceOptions withoutRedirects() {
    return with(new Servers(servers.addresses(), false, servers.tls()));
  }

  /** Returns these options with TLS; the server's name is checked. */
  public DeviceOptions withTls(Servers.Tls tls) {
    return with(new Servers(servers.addresses(), servers.redirects(), Optional.of(tls)));
  }

  private DeviceOptions with(Servers others) {
    return new DeviceOptions(
        others,
        serial,
        apps,
        password,
        receiveMaximum,
        remembered,
        keepAlive,
        sessionExpiry,
        answerTimeout,
        backoff);
  }

  public DeviceOptions withApps(String... some) {
    return new DeviceOptions(
        servers,
        serial,
        List.of(some),
        password,
        receiveMaximum,
        remembered,
        keepAlive,
        sessionExpiry,
        answerTimeout,
        backoff);
  }

  public DeviceOptions withPassword(String jwt) {
    return new DeviceOptions(
        servers,
        serial,
        apps,
        Optional.of(jwt),
        receiveMaximum,
        remembered,
        keepAlive,
        sessionExpiry,
        answerTimeout,
        backoff);
  }

  /** Returns these options with this number of unconfirmed notifications and of remembered ids. */
  public DeviceOptions withWindow(int unconfirmed, int ids) {
    return new DeviceOptions(
        servers,
        serial,
        apps,
        password,
        unconfirmed,
        ids,
        keepAlive,
        sessionExpiry,
        answerTimeout,
        backoff);
  }

  public DeviceOptions withKeepAlive(Duration silence) {
    return new DeviceOptions(
        servers,
        serial,
        apps,
        password,
        receiveMaximum,
        remembered,
        silence,
        sessionExpiry,
        answerTimeout,
        backoff);
  }

  public DeviceOptions withBackoff(Backoff delays) {
    return new DeviceOptions(
        servers,
        serial,
        apps,
        password,
        receiveMaximum,
        remembered,
        keepAlive,
        sessionExpiry,
        answerTimeout,
        delays);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
    }
  }

  /** Returns the options without the password. */
  @Override
  public String toString() {
    return "DeviceOptions[" + serial + " at " + servers.addresses() + ", apps " + apps + "]";
  }
}
