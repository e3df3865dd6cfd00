package dev.tidings.node.keep;

import dev.tidings.node.session.SessionKeeper;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.value.DeviceId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores sessions in a table of devices. A session whose connection is at this node has an object
 * in memory; all others are on disk only, and are removed by {@link #sweep} when they expire.
 */
public final class KeptSessions implements SessionKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(KeptSessions.class);

  /** The size of a record in the log without its filters. */
  private static final int RECORD_BYTES = 100;

  private final DeviceTable<Subscription> table;
  private final Duration longest;
  private final InstantSource clock;
  private final WritePace pace;

  /** Sessions whose connection is at this node, or whose last write is in progress. */
  private final Map<DeviceId, KeptSession> open = new ConcurrentHashMap<>();

  /** Devices whose record is being looked at, and that have not connected meanwhile. */
  private final Set<DeviceId> swept = ConcurrentHashMap.newKeySet();

  /**
   * @param pace limits the bytes written for each device
   */
  public KeptSessions(
      DeviceTable<Subscription> table, Duration longest, InstantSource clock, WritePace pace) {
    this.table = table;
    this.longest = longest;
    this.clock = clock;
    this.pace = pace;
  }

  @Override
  public Duration longest() {
    return longest;
  }

  @Override
  public CompletableFuture<Kept> begin(DeviceId device, boolean clean, Duration keptFor) {
    KeptSession session = enter(device, keptFor);
    if (clean) {
      // A removal need not be waited for.
      if (keptFor.isZero()) {
        session.forget(() -> table.get(key(device)).thenApply(Optional::isPresent));
      } else {
        session.start();
      }
      return CompletableFuture.completedFuture(session);
    }
    return session
        .read(() -> table.get(key(device)))
        .thenApply(found -> {
          found.filter(record -> !isOver(record)).ifPresent(session::resume);
          if (session.isPresent() || !keptFor.isZero()) {
            session.start();
          } else if (found.isPresent()) {
            session.forget(() -> CompletableFuture.completedFuture(true));
          } else {
            over(session);
          }
          return session;
        })
        .<Kept>thenApply(begun -> begun)
        .whenComplete((begun, failure) -> {
          if (failure != null) {
            // The device is refused and may never reconnect.
            over(session);
          }
        });
  }

  /** Returns the filters of the device's stored session; empty if there is none. */
  public CompletableFuture<Optional<Subscriptions>> stored(DeviceId device) {
    return table
        .get(key(device))
        .thenApply(found -> found.map(record -> Subscriptions.of(record.getFilters())));
  }

  /**
   * Removes the device's stored session, whatever its connection, which is to be closed before,
   * still wants to write. The result is whether there was one; it fails if the device has connected
   * again meanwhile.
   */
  public CompletableFuture<Boolean> erase(DeviceId device) {
    DeviceKey key = key(device);
    KeptSession session = enter(device, Duration.ZERO);
    return session.erase(() ->
        table
            .get(key)
            .thenCompose(found ->
                found.isPresent()
                    ? table.remove(key, session.ownership()).thenApply(done -> true)
                    : CompletableFuture.completedFuture(false)));
  }

  private KeptSession enter(DeviceId device, Duration keptFor) {
    KeptSession session;
    Runnable displaced;
    synchronized (this) {
      @Nullable KeptSession before = open.get(device);
      WriteTurns turns = before == null ? new WriteTurns() : before.turns();
      session = new KeptSession(this, device, keptFor, turns, table.ownership(device));
      open.put(device, session);
      swept.remove(device);
      displaced = turns.enters(session);
    }
    displaced.run();
    return session;
  }

  /**
   * The key of the device's session has no name; a key with a name would belong to something else.
   */
  static DeviceKey key(DeviceId device) {
    return new DeviceKey(device, "");
  }

  /**
   * Whether the record has expired: no session is kept beyond the maximum, whichever program wrote
   * it. One that is not kept ends with its connection, which is gone or displaced if somebody asks.
   */
  private boolean isOver(Subscription record) {
    @Nullable Long ended = record.getEndedAt();
    return record.getKeptFor() <= 0
        || (ended != null
            && ended <= clock.millis() - Math.clamp(record.getKeptFor(), 0, longest.toMillis()));
  }

  /**
   * Whether the session's expiry interval is running: not while its connection is open, nor from a
   * time in the future.
   */
  private boolean ages(Subscription record) {
    @Nullable Long ended = record.getEndedAt();
    return ended != null && ended <= clock.millis();
  }

  CompletableFuture<@Nullable Void> write(KeptSession session, Subscription record) {
    return mayWrite(
        session,
        () ->
            pace.turn(session.device(), bytes(record))
                .thenCompose(turn ->
                    mayWrite(
                        session,
                        () -> table.put(key(session.device()), record, session.ownership()))));
  }

  /** Approximate size of the record in the log. */
  private static long bytes(Subscription record) {
    return RECORD_BYTES + record.getFilters().stream().mapToLong(String::length).sum();
  }

  CompletableFuture<@Nullable Void> remove(KeptSession session) {
    return mayWrite(session, () -> table.remove(key(session.device()), session.ownership()));
  }

  /** Only the device's newest connection may write. */
  private CompletableFuture<@Nullable Void> mayWrite(
      KeptSession session, Supplier<CompletableFuture<@Nullable Void>> write) {
    return session.turns().isNewest(session)
        ? write.get()
        : CompletableFuture.completedFuture(null);
  }

  /** Ends the session's writes. */
  void over(KeptSession session) {
    open.remove(session.device(), session);
  }

  static Subscription record(
      Subscriptions subscriptions, Duration keptFor, @Nullable Long endedAt) {
    return new Subscription(
        new ArrayList<>(subscriptions.filters()), keptFor.toMillis(), endedAt, null, null);
  }

  long now() {
    return clock.millis();
  }

  /** The number of sessions whose connection is at this node. */
  public int open() {
    return open.size();
  }

  /**
   * Scans all stored sessions: removes the expired ones, and starts the expiry interval of those
   * whose node crashed before their connection ended. To be called periodically.
   */
  public void sweep() {
    table.each((key, current) -> {
      if (key.name().isEmpty()) {
        look(key, current);
      }
    });
  }

  /**
   * Looks at one stored session, unless its device is connected to this node, or connects while the
   * record is read. Reading takes as long as the disk and the registry do: a connection that begins
   * meanwhile must not have to wait for it.
   */
  void look(DeviceKey key, Supplier<Optional<Subscription>> current) {
    swept.add(key.device());
    try {
      if (open.containsKey(key.device())) {
        return;
      }
      Optional<Subscription> found = current.get();
      open.compute(
          key.device(),
          (device, session) -> {
            // What was read may be old if one has been here since, whether it still is or not.
            if (swept.remove(device) && session == null) {
              found.ifPresent(record -> age(key, record));
            }
            return session;
          });
    } finally {
      swept.remove(key.device());
    }
  }

  private void age(DeviceKey key, Subscription record) {
    if (isOver(record)) {
      told(table.remove(key));
    } else if (!ages(record)) {
      told(table.put(key, Subscription.newBuilder(record).setEndedAt(now()).build()));
    }
  }

  /** Logs a failed write; the next sweep tries again. */
  private static void told(CompletableFuture<@Nullable Void> write) {
    write.whenComplete((done, failure) -> {
      if (failure != null) {
        LOG.debug(
            "a stored session could not be written, the next sweep tries again: {}",
            failure.toString());
      }
    });
  }
}
