package dev.tidings.node.mqtt.connect;

import dev.tidings.net.limit.PeerAddress;
import dev.tidings.net.limit.RateLimiter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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

  private final RefusalLimits limits;
  private final RateLimiter<PeerAddress> refusals;

  /** The checks of addresses that are over the limit: as many as in a second may come at once. */
  private final RateLimiter<PeerAddress> checks;

  private final AtomicInteger waiting = new AtomicInteger();

  /** How many answers wait, by their addresses. */
  private final Map<PeerAddress, Integer> waits = new ConcurrentHashMap<>();

  private final Counter delayed;
  private final Counter unchecked;

  public RefusalPace(RefusalLimits limits, MeterRegistry registry) {
    this.limits = limits;
    this.refusals =
        new RateLimiter<>(
            limits.burst(),
            RateLimiter.perSecond(limits.perSecond()),
            limits.maxDelay(),
            limits.maxAddresses());
    this.checks =
        new RateLimiter<>(
            limits.checksPerSecond(),
            RateLimiter.perSecond(limits.checksPerSecond()),
            Duration.ZERO,
            limits.maxAddresses());
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
    Gauge.builder("tidings.node.refusals.addresses", refusals, RateLimiter::size)
        .description("Addresses remembered because credentials from them were refused")
        .register(registry);
  }

  /**
   * Returns whether credentials from there are to be checked; if not, the connection is to end.
   *
   * @param now in nanoseconds, by a clock that all callers share
   */
  public boolean mayCheck(@Nullable SocketAddress from, long now) {
    if (refusals.isEmpty()) {
      return true;
    }
    PeerAddress address = PeerAddress.of(from);
    if (refusals.excess(address, now) <= 0 || checks.tryCount(address, now) == 0) {
      return true;
    }
    unchecked.increment();
    return false;
  }

  /**
   * Good credentials give back the turn of their check: else a few bad ones would make all the good
   * ones of their address wait for turns.
   */
  public void accepted(@Nullable SocketAddress from) {
    if (!refusals.isEmpty()) {
      checks.giveBack(PeerAddress.of(from));
    }
  }

  /**
   * Counts a refusal.
   *
   * @return how long its answer is to wait, in nanoseconds, if it may {@link #begin}; 0: not at all
   */
  public long refused(@Nullable SocketAddress from, long now) {
    long excess = refusals.count(PeerAddress.of(from), now);
    return excess <= 0 ? 0 : Math.max(MIN_DELAY.toNanos(), excess);
  }

  /** An answer that waits. */
  public final class Wait {
    private final PeerAddress address;

    private Wait(PeerAddress address) {
      this.address = address;
    }

    /** It is given, or its connection is over; called once. */
    public void end() {
      leave(address);
    }
  }

  /**
   * Lets the answer to credentials from there wait; empty if too many do, of all addresses or of
   * this one, and it is to be given at once. An address has a share only: else one could use up all
   * waits, and the others' credentials could be tried without any.
   */
  public Optional<Wait> begin(@Nullable SocketAddress from) {
    PeerAddress address = PeerAddress.of(from);
    int all = waiting.incrementAndGet();
    int own = waits.merge(address, 1, Integer::sum);
    if (all > limits.maxWaiting() || own > limits.maxWaitingPerAddress()) {
      leave(address);
      return Optional.empty();
    }
    delayed.increment();
    return Optional.of(new Wait(address));
  }

  private void leave(PeerAddress address) {
    waiting.decrementAndGet();
    waits.computeIfPresent(address, (_, own) -> own == 1 ? null : own - 1);
  }
}
