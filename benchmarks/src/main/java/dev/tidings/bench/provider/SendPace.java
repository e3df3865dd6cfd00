package dev.tidings.bench.provider;

import java.util.function.LongSupplier;

/** Decides when to send. Times are those of {@link System#nanoTime}. */
public sealed interface SendPace {
  /** Returns how many notifications may have been sent by now. */
  long allowed(long now);

  /** Returns the time at which the one with that index was due, if it is sent now. */
  long meant(long index, long now);

  /** Returns how long to wait before asking again, after {@code sent} have been sent. */
  long waitNanos(long sent, long now);

  /**
   * An open loop: a steady rate, independent of the responses. A sender that falls behind catches
   * up, and the delay counts.
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
   * Another pace, at which everything is sent some time before it is meant to be.
   *
   * @param nanos how long before
   */
  record Ahead(SendPace pace, long nanos) implements SendPace {
    @Override
    public long allowed(long now) {
      return pace.allowed(now + nanos);
    }

    @Override
    public long meant(long index, long now) {
      return pace.meant(index, now + nanos);
    }

    @Override
    public long waitNanos(long sent, long now) {
      return pace.waitNanos(sent, now + nanos);
    }
  }

  /**
   * A closed loop: as fast as confirmations arrive, with at most a window of notifications in
   * flight.
   *
   * @param size the window
   * @param done how many are no longer in flight
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
   * As fast as the provider can, up to a number.
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
