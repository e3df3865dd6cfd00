package dev.tidings.bench.provider;

import java.util.function.LongSupplier;

/** When to send what. Times are {@link System#nanoTime}'s. */
public sealed interface SendPace {
  /** How many notifications may have been sent by now. */
  long allowed(long now);

  /** When the one with that index was meant to be sent, if it is sent now. */
  long meant(long index, long now);

  /** How long to wait before asking again, once {@code sent} are. */
  long waitNanos(long sent, long now);

  /**
   * An open loop: a steady rate, whatever becomes of what was sent. Who falls behind makes it up,
   * and the delay counts.
   *
   * @param start when the first one is due
   * @param rate notifications a second
   */
  record Steady(long start, double rate) implements SendPace {
    @Override
    public long allowed(long now) {
      return now - start < 0 ? 0 : (long) ((now - start) * rate / 1e9) + 1;
    }

    @Override
    public long meant(long index, long now) {
      return start + (long) (index * 1e9 / rate);
    }

    @Override
    public long waitNanos(long sent, long now) {
      return Math.max(0, meant(sent, now) - now);
    }
  }

  /**
   * A closed loop: as fast as confirmations come, never more than a window of them outstanding.
   *
   * @param size the window
   * @param done how many are outstanding no more
   */
  record Window(int size, LongSupplier done) implements SendPace {
    private static final long LOOK_EVERY_NANOS = 500_000;

    @Override
    public long allowed(long now) {
      return done.getAsLong() + size;
    }

    @Override
    public long meant(long index, long now) {
      return now;
    }

    @Override
    public long waitNanos(long sent, long now) {
      return LOOK_EVERY_NANOS;
    }
  }

  /**
   * As many as the provider can, up to a number.
   *
   * @param total how many
   */
  record Burst(long total) implements SendPace {
    private static final long LOOK_EVERY_NANOS = 10_000_000;

    @Override
    public long allowed(long now) {
      return total;
    }

    @Override
    public long meant(long index, long now) {
      return now;
    }

    @Override
    public long waitNanos(long sent, long now) {
      return LOOK_EVERY_NANOS;
    }
  }
}
