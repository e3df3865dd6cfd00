package dev.tidings.bench.device;

/**
 * What devices are like.
 *
 * @param prefix what their names begin with
 * @param app the app they register for
 * @param register whether they ask for a token when they are new
 * @param redirect whether they can be sent to another node
 * @param connecting how many connections of each event loop may be in the making
 * @param confirmEveryMillis how often a device confirms one notification, the oldest that it has;
 *     0: each at once
 */
public record DeviceSetup(
    String prefix,
    String app,
    boolean register,
    boolean redirect,
    int connecting,
    long confirmEveryMillis) {

  /** Devices that confirm at once. */
  public DeviceSetup(
      String prefix, String app, boolean register, boolean redirect, int connecting) {
    this(prefix, app, register, redirect, connecting, 0);
  }

  /** The name of a device: its MQTT client id. */
  public String name(int number) {
    return prefix + number;
  }
}
