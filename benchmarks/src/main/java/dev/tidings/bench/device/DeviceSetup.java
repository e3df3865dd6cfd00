package dev.tidings.bench.device;

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
 */
public record DeviceSetup(
    String prefix,
    String app,
    boolean register,
    boolean redirect,
    int connecting,
    long confirmEveryMillis) {

  /** Creates the configuration of devices that confirm immediately. */
  public DeviceSetup(
      String prefix, String app, boolean register, boolean redirect, int connecting) {
    this(prefix, app, register, redirect, connecting, 0);
  }

  /** Returns the name of a device: its MQTT client id. */
  public String name(int number) {
    return prefix + number;
  }
}
