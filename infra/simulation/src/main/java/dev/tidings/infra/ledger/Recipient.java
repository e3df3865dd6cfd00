package dev.tidings.infra.ledger;

/**
 * One app of one device.
 *
 * @param device the device's number, from 0 on
 * @param app the app's, from 0 on
 */
public record Recipient(int device, int app) {
  @Override
  public String toString() {
    return "device " + device + ", app " + app;
  }
}
