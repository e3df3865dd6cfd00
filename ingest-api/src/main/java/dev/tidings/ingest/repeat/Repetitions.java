package dev.tidings.ingest.repeat;

import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Recognises requests that come again. The newest of this node are remembered, also those that are
 * on their way to the log; all others are asked for in the receipts, of which the log has one as
 * soon as a notification was delivered, parked or scheduled. In between a repetition at another
 * node, or after a restart, is not recognised here. Thread-safe; never blocks.
 */
public final class Repetitions {
  /** For how long a request is recognised. */
  public static final Duration KEPT = Duration.ofHours(24);

  private static final int MOST = 65_536;
  private static final int MOST_WAITING = 16;
  private static final int MOST_PASSED = 16;

  private final EarlierRequests earlier;
  private final InstantSource clock;
  private final int most;
  // In the order in which they came.
  private final Map<UniqueId, Known> newest = new LinkedHashMap<>();

  /** A request that came before. Guarded by the map. */
  private static final class Known {
    private @Nullable String fingerprint;
    private long acceptedAt;
    private boolean pending = true;
    private final List<Consumer<Decision>> waiting = new ArrayList<>(0);

    private Known(String fingerprint) {
      this.fingerprint = fingerprint;
    }

    private boolean isOther(String than) {
      return fingerprint != null && !fingerprint.equals(than);
    }

    private Decision compared(String with) {
      return isOther(with) ? new Decision.Different() : new Decision.Again(acceptedAt);
    }
  }

  public Repetitions(EarlierRequests earlier, InstantSource clock) {
    this(earlier, clock, MOST);
  }

  /**
   * Creates one that remembers nothing yet.
   *
   * @param most how many requests it remembers
   */
  Repetitions(EarlierRequests earlier, InstantSource clock, int most) {
    this.earlier = earlier;
    this.clock = clock;
    this.most = most;
  }

  /**
   * Decides what a request is.
   *
   * @param fingerprint of the request: another one means another request
   * @param decided called once, at once or later from any thread; it must not block
   */
  public void ask(NotificationId id, Token token, String fingerprint, Consumer<Decision> decided) {
    UniqueId unique = UniqueId.of(id, token.hex());
    Known added = new Known(fingerprint);
    @Nullable Decision decision;
    synchronized (newest) {
      Known known = newest.get(unique);
      if (known != null && !known.pending && isForgotten(known.acceptedAt)) {
        newest.remove(unique);
        known = null;
      }
      if (known == null) {
        newest.put(unique, added);
        forgetOldest();
        decision = null;
      } else if (!known.pending) {
        decision = known.compared(fingerprint);
      } else if (known.isOther(fingerprint)) {
        decision = new Decision.Different();
      } else if (known.waiting.size() >= MOST_WAITING) {
        decision = new Decision.Crowded();
      } else {
        known.waiting.add(again -> {
          if (again instanceof Decision.First) {
            ask(id, token, fingerprint, decided);
          } else {
            decided.accept(again);
          }
        });
        return;
      }
    }
    if (decision != null) {
      decided.accept(decision);
      return;
    }
    earlier.find(id, token, found -> found(unique, added, fingerprint, found, decided));
  }

  private void found(
      UniqueId unique,
      Known known,
      String fingerprint,
      Optional<Earlier> found,
      Consumer<Decision> decided) {
    if (found.isEmpty() || isForgotten(found.get().acceptedAtMillis())) {
      decided.accept(new Decision.First(new Pending(unique, known)));
      return;
    }
    Decision decision;
    List<Consumer<Decision>> waiting;
    synchronized (newest) {
      known.fingerprint = found.get().fingerprint();
      known.acceptedAt = found.get().acceptedAtMillis();
      known.pending = false;
      decision = known.compared(fingerprint);
      waiting = List.copyOf(known.waiting);
      known.waiting.clear();
    }
    // Those that wait have the same fingerprint.
    decided.accept(decision);
    waiting.forEach(each -> each.accept(decision));
  }

  private boolean isForgotten(long acceptedAt) {
    return clock.millis() - acceptedAt >= KEPT.toMillis();
  }

  /** Those that are on their way to the log are few, and kept. */
  private void forgetOldest() {
    Iterator<Known> oldest = newest.values().iterator();
    for (int passed = 0; newest.size() > most && passed < MOST_PASSED; passed++) {
      if (!oldest.next().pending) {
        oldest.remove();
      }
    }
  }

  /** Returns how many are remembered. */
  int size() {
    synchronized (newest) {
      return newest.size();
    }
  }

  /** The claim of the first one. */
  private final class Pending implements Claim {
    private final UniqueId unique;
    private final Known known;

    private Pending(UniqueId unique, Known known) {
      this.unique = unique;
      this.known = known;
    }

    @Override
    public void accepted(long atMillis) {
      List<Consumer<Decision>> waiting;
      synchronized (newest) {
        if (!known.pending) {
          return;
        }
        known.pending = false;
        known.acceptedAt = atMillis;
        waiting = List.copyOf(known.waiting);
        known.waiting.clear();
      }
      waiting.forEach(each -> each.accept(new Decision.Again(atMillis)));
    }

    @Override
    public void release() {
      List<Consumer<Decision>> waiting;
      synchronized (newest) {
        if (!known.pending) {
          return;
        }
        known.pending = false;
        newest.remove(unique, known);
        waiting = List.copyOf(known.waiting);
        known.waiting.clear();
      }
      waiting.forEach(each -> each.accept(new Decision.First(Claim.NONE)));
    }
  }
}
