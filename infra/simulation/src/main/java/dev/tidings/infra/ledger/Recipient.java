package dev.tidings.infra.ledger;

/**
 * One app of one device.
 *
 * @param device the device's number, from 0
 * @param app the app's number, from 0
 */
public record Recipient(int device, int app) {
  @Override
  public String toString() {
    return "device " + device + ", app " + app;
  }
}
