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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps sessions in a table of devices. Of those whose connection is here, one object each is in
 * memory; the others are on disk only, and swept when their time is over.
 */
public final class KeptSessions implements SessionKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(KeptSessions.class);

  /** Of a record in the log, besides the filters. */
  private static final int RECORD_BYTES = 100;

  private final DeviceTable<Subscription> table;
  private final Duration longest;
  private final InstantSource clock;
  private final WritePace pace;

  /** Sessions whose connection is here, or whose last write is under way. */
  private final Map<DeviceId, KeptSession> open = new ConcurrentHashMap<>();

  /**
   * @param pace how much is written for each device
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
  public CompletableFuture<Kept> begins(DeviceId device, boolean clean, Duration keptFor) {
    KeptSession session = new KeptSession(this, device, keptFor);
    @Nullable KeptSession before = open.put(device, session);
    if (before != null) {
      session.follows(before);
    }
    if (clean) {
      // Nobody has to wait for what is to be forgotten.
      if (keptFor.isZero()) {
        session.forget(() -> table.get(key(device)).thenApply(Optional::isPresent));
      } else {
        session.start();
      }
      return CompletableFuture.completedFuture(session);
    }
    return session
        .whenWritten()
        .thenCompose(written -> table.get(key(device)))
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
            // The device is turned away, and may never come again.
            over(session);
          }
        });
  }

  /** Without a name it is the device's session; a name would be that of something else. */
  static DeviceKey key(DeviceId device) {
    return new DeviceKey(device, "");
  }

  /** Whoever wrote it, nothing is kept for longer than the longest. */
  private boolean isOver(Subscription record) {
    @Nullable Long ended = record.getEndedAt();
    return ended != null
        && ended <= clock.millis() - Math.clamp(record.getKeptFor(), 0, longest.toMillis());
  }

  /**
   * Whether it ages: not while its connection is there, nor from a moment that is still to come.
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
                .thenCompose(
                    turn -> mayWrite(session, () -> table.put(key(session.device()), record))));
  }

  /** About as many as a record has in the log. */
  private static long bytes(Subscription record) {
    return RECORD_BYTES + record.getFilters().stream().mapToLong(String::length).sum();
  }

  CompletableFuture<@Nullable Void> remove(KeptSession session) {
    return mayWrite(session, () -> table.remove(key(session.device())));
  }

  /** A newer connection of the device has the last word. */
  private CompletableFuture<@Nullable Void> mayWrite(
      KeptSession session, Supplier<CompletableFuture<@Nullable Void>> write) {
    return open.get(session.device()) == session
        ? write.get()
        : CompletableFuture.completedFuture(null);
  }

  /** Nothing of it is to be written any more. */
  void over(KeptSession session) {
    open.remove(session.device(), session);
  }

  static Subscription record(
      Subscriptions subscriptions, Duration keptFor, @Nullable Long endedAt) {
    return new Subscription(new ArrayList<>(subscriptions.filters()), keptFor.toMillis(), endedAt);
  }

  long now() {
    return clock.millis();
  }

  /** How many sessions have their connection here. */
  public int open() {
    return open.size();
  }

  /**
   * Looks through what is kept: what is over is taken away, and a session whose node has crashed
   * before its connection ended begins to age. To be called now and then.
   */
  public void sweep() {
    table.each((key, current) -> {
      if (key.name().isEmpty()) {
        open.compute(
            key.device(),
            (device, session) -> {
              if (session == null) {
                current.get().ifPresent(record -> age(key, record));
              }
              return session;
            });
      }
    });
  }

  private void age(DeviceKey key, Subscription record) {
    if (isOver(record)) {
      told(table.remove(key));
    } else if (!ages(record)) {
      told(table.put(key, Subscription.newBuilder(record).setEndedAt(now()).build()));
    }
  }

  /** What fails is looked at again with the next sweep. */
  private static void told(CompletableFuture<@Nullable Void> write) {
    write.whenComplete((done, failure) -> {
      if (failure != null) {
        LOG.debug("a kept session could not be written: {}", failure.toString());
      }
    });
  }
}
