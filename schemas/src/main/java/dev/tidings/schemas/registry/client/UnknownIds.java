package dev.tidings.schemas.registry.client;

import dev.tidings.schemas.registry.client.RegistryCalls.Persistence;
import dev.tidings.schemas.registry.known.LeastRecent;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The ids that no registry knew a short while ago: any producer can write records with such ids,
 * and each record must not cost a request. Thread-safe.
 */
final class UnknownIds {
  private static final int MAX = 10_000;
  private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** The limit of requests per second for callers that do not wait for the answer. */
  private static final int MAX_PER_SECOND = 50;

  /**
   * So many ids in a minute are asked for persistently in vain. More of them are no schemas that a
   * registry is only just told of, and would hold up what is behind them for a second and a half
   * each.
   */
  private static final int MAX_PERSISTENT = 5;

  private final LeastRecent<Integer, Long> until = new LeastRecent<>(MAX);
  private long secondBegan = System.nanoTime();
  private int asked;
  private long minuteBegan = System.nanoTime();
  private int inVain;

  /** Returns how persistently an id may be asked for. */
  synchronized Persistence atMost(Persistence wanted) {
    long now = System.nanoTime();
    if (now - minuteBegan >= TimeUnit.MINUTES.toNanos(1)) {
      minuteBegan = now;
      inVain = 0;
    }
    return wanted == Persistence.UNTIL_KNOWN && inVain >= MAX_PERSISTENT
        ? Persistence.ONCE
        : wanted;
  }

  /**
   * Returns if the id may be requested.
   *
   * @throws RegistryException.Refused if the id was unknown recently
   */
  synchronized void check(int id, Persistence persistence) {
    @Nullable Long end = until.get(id);
    boolean still = end != null && System.nanoTime() - end < 0;
    if (still || (persistence == Persistence.ONCE && !spend())) {
      throw new RegistryException.Refused("schema " + id, 404, 40403, "not known a moment ago");
    }
  }

  private boolean spend() {
    long now = System.nanoTime();
    if (now - secondBegan >= TimeUnit.SECONDS.toNanos(1)) {
      secondBegan = now;
      asked = 0;
    }
    return asked++ < MAX_PER_SECOND;
  }

  /** Records that no registry knew the id. */
  synchronized void add(int id, Persistence persistence) {
    long time = persistence == Persistence.ONCE ? SHORT_NANOS : LONG_NANOS;
    until.put(id, System.nanoTime() + time);
    inVain += persistence == Persistence.UNTIL_KNOWN ? 1 : 0;
  }
}
