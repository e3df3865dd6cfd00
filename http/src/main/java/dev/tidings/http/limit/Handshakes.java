package dev.tidings.http.limit;

import dev.tidings.net.limit.PeerAddress;
import dev.tidings.net.limit.RateLimiter;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the TLS handshakes of one address, each of which costs a signature: so many a second, and
 * what ten seconds yield at once. Thread-safe.
 */
public final class Handshakes {
  private static final int ADDRESSES = 16_384;
  private static final int SAVED_UP_SECONDS = 10;

  private final @Nullable RateLimiter<PeerAddress> limiter;
  private final LongSupplier nanoTime;
  private final LongAdder refused = new LongAdder();

  private Handshakes(@Nullable RateLimiter<PeerAddress> limiter, LongSupplier nanoTime) {
    this.limiter = limiter;
    this.nanoTime = nanoTime;
  }

  /** Returns the limit of a port with TLS. */
  public static Handshakes of(Bounds bounds, LongSupplier nanoTime) {
    int perSecond = bounds.handshakesPerAddress();
    return perSecond == 0
        ? none()
        : new Handshakes(
            new RateLimiter<>(
                SAVED_UP_SECONDS * perSecond,
                RateLimiter.perSecond(perSecond),
                Duration.ZERO,
                ADDRESSES),
            nanoTime);
  }

  /** Returns no limit. */
  public static Handshakes none() {
    return new Handshakes(null, System::nanoTime);
  }

  /** Counts one. Returns false if it is one too many. */
  public boolean begin(@Nullable SocketAddress address) {
    RateLimiter<PeerAddress> limit = limiter;
    if (limit == null || limit.tryCount(PeerAddress.of(address), nanoTime.getAsLong()) == 0) {
      return true;
    }
    refused.increment();
    return false;
  }

  /** Returns how many were refused. */
  public long refused() {
    return refused.sum();
  }
}
