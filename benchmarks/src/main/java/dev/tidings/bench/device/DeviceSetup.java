package dev.tidings.bench.device;

import dev.tidings.bench.access.DeviceIssuer;
import java.util.Optional;

/**
 * The configuration of devices.
 *
 * @param prefix the prefix of their names
 * @param app the app they register for
 * @param register whether new devices request a token
 * @param redirect whether they can be redirected to another node
 * @param connecting the limit of connections being opened on each event loop
 * @param confirmEveryMillis how often a device confirms its oldest notification; 0: each
 *     immediately
 * @param issuer who issues their tokens; empty: they connect without
 */
public record DeviceSetup(
    String prefix,
    String app,
    boolean register,
    boolean redirect,
    int connecting,
    long confirmEveryMillis,
    Optional<DeviceIssuer> issuer) {

  /** Creates the configuration of devices that confirm immediately, and have no token. */
  public DeviceSetup(
      String prefix, String app, boolean register, boolean redirect, int connecting) {
    this(prefix, app, register, redirect, connecting, 0, Optional.empty());
  }

  /** Returns the same, of devices that connect with a token of this issuer. */
  public DeviceSetup with(Optional<DeviceIssuer> tokens) {
    return new DeviceSetup(prefix, app, register, redirect, connecting, confirmEveryMillis, tokens);
  }

  /** Returns the same, of devices that confirm as often as this. */
  public DeviceSetup confirmingEvery(long millis) {
    return new DeviceSetup(prefix, app, register, redirect, connecting, millis, issuer);
  }

  /** Returns the same, of other devices with another app. */
  public DeviceSetup of(String otherPrefix, String otherApp) {
    return new DeviceSetup(
        otherPrefix, otherApp, register, redirect, connecting, confirmEveryMillis, issuer);
  }

  /** Returns the password of a device's CONNECT. */
  Optional<String> password(int number) {
    return issuer.map(tokens -> tokens.token(name(number)));
  }

  /** Returns the name of a device: its MQTT client id. */
  public String name(int number) {
    return prefix + number;
  }
}
