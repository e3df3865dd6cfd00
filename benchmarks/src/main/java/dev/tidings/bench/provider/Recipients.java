package dev.tidings.bench.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * To whom what is sent: all devices in turn, in an order that leaps from one to the other, the
 * first one more often if it is to be; and the number of each notification among those for its
 * device. For one sender.
 */
public final class Recipients {
  /** The device that is sent more than the others, if one is. */
  public static final int HOT = 0;

  private static final double GOLDEN = 0.6180339887;

  private final byte[][] tokens;
  private final int[] sent;
  private final int stride;
  private final int hotPercent;
  private int heat;
  private int turn;
  private int next;

  /** Devices numbered as their tokens are, to each of which the same is sent. */
  public Recipients(List<String> tokens) {
    this(tokens, 0);
  }

  /**
   * The same, with one that is sent more.
   *
   * @param hotPercent how much of all goes to the first one, beyond what it gets when it is its
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

  /** A number without a common divisor with {@code size}, so that nobody is left out. */
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

  /** Whether one is sent more than the others. */
  public boolean areUneven() {
    return hotPercent > 0;
  }

  /** Whose turn it is. */
  int next() {
    return next;
  }

  /** Takes the turn, and returns the number of what is sent to that device. */
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

  /** How many were sent to a device; to be asked when the sender has ended. */
  public int sent(int device) {
    return sent[device];
  }
}
