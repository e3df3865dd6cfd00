package dev.tidings.ingest.repeat;

import dev.tidings.ingest.accept.AppendResult;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import dev.tidings.service.log.SeldomLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Recognises requests that come again. Those on their way at this node and the newest that it has
 * accepted are in memory; all others are looked for in the receipts, of which the log has one as
 * soon as a notification was delivered, parked or scheduled. In between a repetition at another
 * node, or after a restart, is not recognised here. Thread-safe; never blocks.
 */
public final class Repetitions {
  /** For how long a request is recognised. */
  public static final Duration KEPT = Duration.ofHours(24);

  /** About 200 bytes each. */
  private static final int MOST = 65_536;

  private static final int MOST_WAITING = 16;

  private final EarlierRequests earlier;
  private final InstantSource clock;
  private final int most;
  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(Repetitions.class));
  // Each has a place in the log, or waits for it: that is what bounds them.
  private final Map<Key, First> pending = new HashMap<>();
  // In the order in which they were accepted.
  private final Map<Key, Known> accepted = new LinkedHashMap<>();

  /** As exact as the keys of receipts, and smaller than what it is made of. */
  private record Key(long idHigh, long idLow, long token) {
    static Key of(NotificationId id, Token token) {
      UUID bits = UUID.fromString(id.value());
      String mark = ReceiptKey.mark(token.hex());
      return new Key(
          bits.getMostSignificantBits(),
          bits.getLeastSignificantBits(),
          Long.parseUnsignedLong(mark, 16));
    }
  }

  /**
   * One that was accepted.
   *
   * @param fingerprint null if nothing can be compared
   */
  private record Known(long acceptedAt, @Nullable String fingerprint) {
    RepeatDecision compared(String with) {
      return fingerprint == null || fingerprint.equals(with)
          ? new RepeatDecision.Again(acceptedAt)
          : new RepeatDecision.Different();
    }
  }

  private record Waiting(String fingerprint, Consumer<RepeatDecision> told) {}

  public Repetitions(EarlierRequests earlier, InstantSource clock) {
    this(earlier, clock, MOST);
  }

  /**
   * Creates one that remembers nothing yet.
   *
   * @param most how many that were accepted it remembers
   */
  Repetitions(EarlierRequests earlier, InstantSource clock, int most) {
    this.earlier = earlier;
    this.clock = clock;
    this.most = most;
  }

  /**
   * Takes up a request.
   *
   * @param fingerprint of the request: another one means another request
   * @param told if the answer is null, called once with what the request is: at once, or from any
   *     thread when the first one has ended. It must not block
   * @return the claim of the first one, as far as this node knows; null for any other
   */
  public @Nullable Claim enter(
      NotificationId id, Token token, String fingerprint, Consumer<RepeatDecision> told) {
    Key key = Key.of(id, token);
    RepeatDecision decision;
    synchronized (pending) {
      Known known = accepted.get(key);
      if (known != null && isForgotten(known.acceptedAt())) {
        accepted.remove(key);
        known = null;
      }
      if (known != null) {
        decision = known.compared(fingerprint);
      } else {
        First first = pending.get(key);
        if (first == null) {
          First made = new First(key, id, token, fingerprint);
          pending.put(key, made);
          return made;
        }
        if (first.waiting.size() < MOST_WAITING) {
          // Another request waits too: whether it is a conflict depends on what becomes of this.
          first.waiting.add(new Waiting(fingerprint, told));
          return null;
        }
        decision = new RepeatDecision.Crowded();
      }
    }
    told.accept(decision);
    return null;
  }

  private boolean isForgotten(long acceptedAt) {
    return clock.millis() - acceptedAt >= KEPT.toMillis();
  }

  private void remember(Key key, Known known) {
    accepted.remove(key);
    accepted.put(key, known);
    if (accepted.size() > most) {
      var oldest = accepted.entrySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** Returns how many are remembered that were accepted. */
  int size() {
    synchronized (pending) {
      return accepted.size();
    }
  }

  /** Returns how many are on their way. */
  int pending() {
    synchronized (pending) {
      return pending.size();
    }
  }

  /** The first one. Guarded by the lock of all. */
  private final class First implements Claim {
    private final Key key;
    private final NotificationId id;
    private final Token token;
    private final String fingerprint;
    private final List<Waiting> waiting = new ArrayList<>(0);
    private boolean over;

    private First(Key key, NotificationId id, Token token, String fingerprint) {
      this.key = key;
      this.id = id;
      this.token = token;
      this.fingerprint = fingerprint;
    }

    @Override
    public void find(Consumer<Optional<RepeatDecision>> found) {
      AtomicBoolean once = new AtomicBoolean();
      Consumer<Optional<Earlier>> answered =
          answer -> {
            if (once.compareAndSet(false, true)) {
              found.accept(decided(answer));
            }
          };
      try {
        earlier.find(id, token, answered);
      } catch (RuntimeException e) {
        // Whoever asked goes on all the same, as if nothing had been found.
        failures.error("not known whether a request comes again", e);
        answered.accept(Optional.empty());
      }
    }

    private Optional<RepeatDecision> decided(Optional<Earlier> answer) {
      if (answer.isEmpty() || isForgotten(answer.get().acceptedAtMillis())) {
        return Optional.empty();
      }
      Known known = new Known(answer.get().acceptedAtMillis(), answer.get().fingerprint());
      end(known, each -> known.compared(each.fingerprint()));
      return Optional.of(known.compared(fingerprint));
    }

    @Override
    public void ended(AppendResult result) {
      if (result instanceof AppendResult.Accepted(long atMillis)) {
        Known known = new Known(atMillis, fingerprint);
        end(known, each -> known.compared(each.fingerprint()));
      } else {
        end(null, _ -> new RepeatDecision.Failed(result));
      }
    }

    @Override
    public void dropped() {
      end(null, _ -> new RepeatDecision.Dropped());
    }

    private void end(@Nullable Known known, Function<Waiting, RepeatDecision> decision) {
      List<Waiting> told;
      synchronized (pending) {
        if (over) {
          return;
        }
        over = true;
        pending.remove(key);
        if (known != null) {
          remember(key, known);
        }
        told = List.copyOf(waiting);
        waiting.clear();
      }
      for (Waiting each : told) {
        try {
          each.told().accept(decision.apply(each));
        } catch (RuntimeException e) {
          failures.error("a request that waited for another was not told", e);
        }
      }
    }
  }
}
