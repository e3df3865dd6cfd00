package dev.tidings.bench.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Chooses the recipient of each notification: all devices in turn, in a scattered order, the first
 * one more often if so configured. Also numbers the notifications of each device. For one sender.
 */
public final class Recipients {
  /** The device that is sent more than the others, if there is one. */
  public static final int HOT = 0;

  private static final double GOLDEN = 0.6180339887;

  private final byte[][] tokens;
  private final int[] sent;
  private final int stride;
  private final int hotPercent;
  private int heat;
  private int turn;
  private int next;

  /**
   * Creates recipients that are each sent the same number; a device's number is the index of its
   * token.
   */
  public Recipients(List<String> tokens) {
    this(tokens, 0);
  }

  /**
   * The same, with one device that is sent more.
   *
   * @param hotPercent the share of all notifications for the first device, besides those in its
   *     turn
   */
  public Recipients(List<String> tokens, int hotPercent) {
    if (hotPercent < 0 || hotPercent > 100) {
      throw new IllegalArgumentException("--hot: %d (expected: 0..100)".formatted(hotPercent));
    }
    this.hotPercent = hotPercent;
    this.tokens =
        tokens.stream()
            .map(token -> token.getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);
    this.sent = new int[tokens.size()];
    this.stride = stride(tokens.size());
  }

  /** Returns a number without a common divisor with {@code size}, so that no device is left out. */
  private static int stride(int size) {
    int stride = Math.max(1, (int) (size * GOLDEN));
    while (gcd(stride, size) != 1) {
      stride++;
    }
    return stride;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  public int size() {
    return sent.length;
  }

  /** Whether one device is sent more than the others. */
  public boolean areUneven() {
    return hotPercent > 0;
  }

  /** Returns the device that is next. */
  int next() {
    return next;
  }

  /** Moves on to the next device, and returns the number of the notification for this one. */
  int take() {
    int sequence = sent[next]++;
    heat += hotPercent;
    if (heat >= 100) {
      heat -= 100;
      next = HOT;
    } else {
      turn = (int) (((long) turn + stride) % sent.length);
      next = turn;
    }
    return sequence;
  }

  byte[] token(int device) {
    return tokens[device];
  }

  /** Returns how many were sent to a device. To be called after the sender has ended. */
  public int sent(int device) {
    return sent[device];
  }
}
