package dev.tidings.ingest.provider;

import dev.tidings.auth.provider.RefusedAddresses;
import dev.tidings.net.limit.RateLimiter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The refusals that each address may have: twenty at once, and one more each second. An address is
 * what {@link dev.tidings.http.Connection#client} returns.
 */
public final class AddressRefusals implements RefusedAddresses {
  private static final int BURST = 20;
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration MAX_EXCESS = Duration.ofSeconds(10);
  private static final int MAX_ADDRESSES = 16_384;

  private final LongSupplier nanoTime;
  private final RateLimiter<Long> limiter =
      new RateLimiter<>(BURST, INTERVAL, MAX_EXCESS, MAX_ADDRESSES);

  public AddressRefusals(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public void refused(long address) {
    var _ = limiter.count(address, nanoTime.getAsLong());
  }

  @Override
  public boolean isOverLimit(long address) {
    return !limiter.isEmpty() && limiter.isOverLimit(address, nanoTime.getAsLong());
  }

  /** Returns how many addresses are remembered. */
  public int size() {
    limiter.forgetQuiet(nanoTime.getAsLong());
    return limiter.size();
  }
}
