package dev.tidings.device;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link DeviceClient} is told. Start from {@link #of} and change what differs.
 *
 * @param servers which nodes to connect to, and how
 * @param serial the device's serial number, which is its MQTT client id
 * @param apps to register for as part of connecting
 * @param password the device's JWT where the service asks for one
 * @param receiveMaximum how many notifications may be on their way unconfirmed
 * @param remembered how many notification ids are remembered to tell repetitions
 * @param keepAlive after how much silence each side makes sure of the other
 * @param sessionExpiry how long the server keeps packet state for a device that is away; the inbox
 *     it keeps anyway
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

  /** For one node in plain text, with redirects followed. */
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

  /** Several nodes: after a failure the next one is tried. */
  public DeviceOptions withServers(List<ServerAddress> addresses) {
    return with(new Servers(addresses, servers.redirects(), servers.tls()));
  }

  /** Where no server may send the device to another: it then relays for it instead. */
  public DeviceOptions withoutRedirects() {
    return with(new Servers(servers.addresses(), false, servers.tls()));
  }

  /** With TLS; the server's name is checked. */
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

  /** How many may be unconfirmed, and how many ids are remembered. */
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

  /** Without the password. */
  @Override
  public String toString() {
    return "DeviceOptions[" + serial + " at " + servers.addresses() + ", apps " + apps + "]";
  }
}
