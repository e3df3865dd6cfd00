package dev.tidings.node.log.decode;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The schemas that no registry knew a short while ago, although they were asked for several times.
 * The first record of such a schema holds up its partition, because the schema may have been
 * registered only just now; others with it, and those of many such schemas, must not. For one
 * thread.
 */
final class MissingSchemas {
  static final int MAX_REMEMBERED = 1_000;

  /** So many are asked for repeatedly in a minute; the records of further ones are given up. */
  static final int MAX_TRIED = 5;

  private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanoTime;
  private final Map<Integer, Long> givenUp =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };
  private long minuteBegan;
  private int tried;

  MissingSchemas(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.minuteBegan = nanoTime.getAsLong();
  }

  /** Returns whether a record of this schema, which no registry knows, is not tried again. */
  boolean isHopeless(int id) {
    long now = nanoTime.getAsLong();
    @Nullable Long since = givenUp.get(id);
    if (since != null && now - since < REMEMBERED_NANOS) {
      return true;
    }
    if (now - minuteBegan >= MINUTE_NANOS) {
      minuteBegan = now;
      tried = 0;
    }
    return tried >= MAX_TRIED;
  }

  /** A schema was asked for as often as it may be, and is still unknown. */
  void givenUp(int id) {
    // Removed first: the order is that of insertion.
    givenUp.remove(id);
    givenUp.put(id, nanoTime.getAsLong());
    tried++;
  }

  int size() {
    return givenUp.size();
  }
}
