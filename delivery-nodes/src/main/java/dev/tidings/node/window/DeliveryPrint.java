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

  /**
   * Two hashes by different factors, of four characters at once: a multiplication waits for the one
   * before, which is nearly all that it takes.
   */
  private static final class Hashing {
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;
    private static final int AT_ONCE = Long.BYTES / Character.BYTES;

    private long one = 0xcbf29ce484222325L;
    private long other = 0x9ae16a3b2f90404fL;

    void add(String text) {
      int whole = text.length() - text.length() % AT_ONCE;
      for (int i = 0; i < whole; i += AT_ONCE) {
        add(
            text.charAt(i)
                | (long) text.charAt(i + 1) << 16
                | (long) text.charAt(i + 2) << 32
                | (long) text.charAt(i + 3) << 48);
      }
      for (int i = whole; i < text.length(); i++) {
        add(text.charAt(i));
      }
      one = mixed(one);
      other = mixed(other);
    }

    /** Turned behind each step, because a product's high bits do not come to its low ones. */
    private void add(long characters) {
      one = Long.rotateLeft((one ^ characters) * FNV_PRIME, 29);
      other = Long.rotateLeft((other ^ characters) * GOLDEN_RATIO, 31);
    }

    private static long mixed(long hash) {
      return (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    }
  }
}
