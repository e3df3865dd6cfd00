package dev.tidings.node.window;

import dev.tidings.schemas.value.DeviceId;

/**
 * A 128-bit hash of a notification's id, its token and its device: it tells whether two deliveries
 * are the same, and takes as much memory whatever their fields hold.
 */
public record DeliveryPrint(long one, long other) {
  private static final long FNV_PRIME = 0x100000001b3L;

  public static DeliveryPrint of(String notification, String token, DeviceId device) {
    return new DeliveryPrint(one(notification, token, device), other(notification, token, device));
  }

  static long one(String notification, String token, DeviceId device) {
    return hash(hash(hash(0xcbf29ce484222325L, notification), token), device.value());
  }

  static long other(String notification, String token, DeviceId device) {
    return hash(hash(hash(0x9ae16a3b2f90404fL, device.value()), token), notification);
  }

  private static long hash(long start, String text) {
    long hash = start;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
  }
}
