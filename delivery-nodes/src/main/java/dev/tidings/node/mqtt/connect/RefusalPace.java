package dev.tidings.node.mqtt.connect;

import dev.tidings.net.limit.PeerAddress;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Slows down addresses from which credentials are refused again and again. The first refusals are
 * answered at once, the next ones later and later; and while an address is over its limit, only so
 * many of its credentials are checked in a second. Good credentials of such an address are accepted
 * without delay if they are checked, and are not among these, because many devices may share it.
 * Thread-safe; never blocks for long; an address that was not refused costs nothing.
 */
public final class RefusalPace {
  static final Duration MIN_DELAY = Duration.ofSeconds(1);

  private static final long SECOND = 1_000_000_000L;

  /** How many addresses that are quiet are forgotten when another one is looked at. */
  private static final int FORGOTTEN_AT_ONCE = 2;

  private final RefusalLimits limits;
  private final long interval;
  private final long allowance;
  private final long checkInterval;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Counter delayed;
  private final Counter unchecked;

  /** Guarded by the lock; the address that was seen last is last. */
  private final Map<PeerAddress, Place> places =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerAddress, Place> eldest) {
          return size() > limits.maxAddresses();
        }
      };

  private volatile boolean idle = true;

  public RefusalPace(RefusalLimits limits, MeterRegistry registry) {
    this.limits = limits;
    this.interval = SECOND / limits.perSecond();
    this.allowance = limits.burst() * interval;
    this.checkInterval = SECOND / limits.checksPerSecond();
    this.delayed =
        Counter.builder("tidings.node.refusals.delayed")
            .description("Refusals of credentials answered late, because the address had so many")
            .register(registry);
    this.unchecked =
        Counter.builder("tidings.node.refusals.unchecked")
            .description("CONNECTs closed unchecked, because the address had so many refused ones")
            .register(registry);
    Gauge.builder("tidings.node.refusals.waiting", waiting, AtomicInteger::get)
        .description("Connections whose refusal is answered later")
        .register(registry);
    Gauge.builder("tidings.node.refusals.addresses", this, RefusalPace::addresses)
        .description("Addresses remembered because credentials from them were refused")
        .register(registry);
  }

  /** An address. */
  private static final class Place {
    /** When its refusals so far will all have been allowed. */
    private long due;

    /** The turn of its next check, if it is over the limit. */
    private long nextCheck;

    Place(long now) {
      due = now;
      nextCheck = now - SECOND;
    }
  }

  /**
   * Returns whether credentials from there are to be checked; if not, the connection is to end.
   *
   * @param now in nanoseconds, by a clock that all callers share
   */
  public boolean mayCheck(@Nullable SocketAddress from, long now) {
    if (idle || hasTurn(PeerAddress.of(from), now)) {
      return true;
    }
    unchecked.increment();
    return false;
  }

  private synchronized boolean hasTurn(PeerAddress address, long now) {
    forgetQuiet(now);
    Place place = places.get(address);
    if (place != null && place.due - now <= 0) {
      places.remove(address);
      place = null;
    }
    if (place == null) {
      idle = places.isEmpty();
      return true;
    }
    if (excess(place, now) <= 0) {
      return true;
    }
    // As many as in a second may come at once.
    long earliest = now - SECOND;
    long turn = place.nextCheck - earliest > 0 ? place.nextCheck : earliest;
    if (turn + checkInterval - now > 0) {
      return false;
    }
    place.nextCheck = turn + checkInterval;
    return true;
  }

  /** Forgets addresses that were not seen for longest, and may not come again. */
  private void forgetQuiet(long now) {
    Iterator<Place> eldest = places.values().iterator();
    for (int i = 0; i < FORGOTTEN_AT_ONCE && eldest.hasNext(); i++) {
      if (eldest.next().due - now > 0) {
        return;
      }
      eldest.remove();
    }
  }

  /**
   * Good credentials give back the turn of their check: else a few bad ones would make all the good
   * ones of their address wait for turns.
   */
  public void accepted(@Nullable SocketAddress from, long now) {
    if (!idle) {
      giveBack(PeerAddress.of(from), now);
    }
  }

  private synchronized void giveBack(PeerAddress address, long now) {
    Place place = places.get(address);
    if (place != null && excess(place, now) > 0) {
      place.nextCheck -= checkInterval;
    }
  }

  /**
   * Counts a refusal.
   *
   * @return how long its answer is to wait, in nanoseconds, if it {@link #mayWait}; 0: not at all
   */
  public synchronized long refused(@Nullable SocketAddress from, long now) {
    forgetQuiet(now);
    Place place = places.computeIfAbsent(PeerAddress.of(from), any -> new Place(now));
    idle = false;
    long due = (place.due - now > 0 ? place.due : now) + interval;
    long latest = now + allowance + limits.maxDelay().toNanos();
    place.due = due - latest > 0 ? latest : due;
    long excess = excess(place, now);
    return excess <= 0 ? 0 : Math.max(MIN_DELAY.toNanos(), excess);
  }

  /** Returns how long an address will still be over its limit, in nanoseconds; <= 0: it is not. */
  private long excess(Place place, long now) {
    return place.due - now - allowance;
  }

  /**
   * Returns whether an answer may wait, until {@link #waited}: if not, because too many do, it is
   * to be given at once.
   */
  public boolean mayWait() {
    if (waiting.incrementAndGet() > limits.maxWaiting()) {
      waiting.decrementAndGet();
      return false;
    }
    delayed.increment();
    return true;
  }

  /** One that has waited is answered, or its connection is over. */
  public void waited() {
    waiting.decrementAndGet();
  }

  private synchronized int addresses() {
    return places.size();
  }
}
