package dev.tidings.node.window;

import dev.tidings.schemas.value.DeviceId;

/**
 * A 128-bit hash of a notification's id, its token and its device: it tells whether two deliveries
 * are the same, and takes as much memory whatever their fields hold.
 */
public record DeliveryPrint(long one, long other) {

  public static DeliveryPrint of(String notification, String token, DeviceId device) {
    Hashing hashing = new Hashing();
    hashing.add(notification);
    hashing.add(token);
    hashing.add(device.value());
    return new DeliveryPrint(hashing.one, hashing.other);
  }

  /** Two hashes by different factors, of each character at once: neither waits for the other. */
  private static final class Hashing {
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

    private long one = 0xcbf29ce484222325L;
    private long other = 0x9ae16a3b2f90404fL;

    void add(String text) {
      long first = one;
      long second = other;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        first = (first ^ c) * FNV_PRIME;
        second = (second ^ c) * GOLDEN_RATIO;
      }
      one = mixed(first);
      other = mixed(second);
    }

    private static long mixed(long hash) {
      return (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    }
  }
}
