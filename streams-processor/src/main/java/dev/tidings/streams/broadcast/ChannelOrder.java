package dev.tidings.streams.broadcast;

import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.topic.ChannelKey;
import dev.tidings.schemas.value.ChannelExpiration;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.streams.channel.ChannelTurns;
import dev.tidings.streams.channel.LatestMessages;
import dev.tidings.streams.write.ResolveOutputs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is done with broadcasts to channels beyond the others: they are sent one behind the other,
 * and the request of the latest that may be kept stays in the table when it has been sent, until
 * another one begins or it expires. Who joins meanwhile gets it: {@link ChannelJoins}. Confined to
 * the task's thread.
 */
final class ChannelOrder {
  private final BroadcastReader reader;
  private final BroadcastRecords table;
  private final Backlog backlog;
  private final BroadcastWriter writer;
  private final ChannelTurns turns = new ChannelTurns();
  private final LatestMessages latest = new LatestMessages();
  private final ChannelJoins joins;
  private final List<Restored> restored = new ArrayList<>();

  /** One that was in the table at the start. */
  private record Restored(
      BroadcastKey key, ChannelKey channel, BroadcastJob request, Progress progress) {
    boolean ended() {
      return progress.endedAt() != null;
    }

    /** Those that have ended before those that had begun, and those before the others. */
    int stage() {
      if (ended()) {
        return 0;
      }
      return progress.startedAt() == null ? 2 : 1;
    }

    /** Within a stage. */
    long at() {
      @Nullable Long end = progress.endedAt();
      @Nullable Long accepted = request.notification().getAcceptedAt();
      return end != null ? end : accepted == null ? 0 : accepted;
    }
  }

  /**
   * @param running returns what is being sent of a broadcast; null if it is not
   */
  ChannelOrder(
      BroadcastReader reader,
      BroadcastRecords table,
      Backlog backlog,
      BroadcastWriter writer,
      ResolveOutputs outputs,
      SubscriberReader joiners,
      SubscriberStore subscribers,
      Function<BroadcastKey, @Nullable FanOut> running) {
    this.reader = reader;
    this.table = table;
    this.backlog = backlog;
    this.writer = writer;
    this.joins = new ChannelJoins(reader, table, latest, outputs, joiners, subscribers, running);
  }

  /** Takes a request that is in the table at the start. */
  void restored(BroadcastKey key, byte[] value) {
    @Nullable BroadcastJob request = reader.requestIfKnown(key, value);
    @Nullable ChannelKey channel = request == null ? null : request.channel();
    if (request != null && channel != null) {
      restored.add(new Restored(key, channel, request, progress(key)));
    }
  }

  /** All that is in the table was taken. */
  void restoredAll(long now) {
    restored.sort(
        Comparator.comparingInt(Restored::stage)
            .thenComparingLong(Restored::at)
            .thenComparing(each -> each.key().id().value()));
    for (Restored each : restored) {
      if (!each.ended()) {
        turns.enter(each.channel(), each.key());
      }
      if (each.ended() ? each.progress().isCompleted() : each.stage() == 1) {
        // The one that it replaces is removed when it is its turn: nothing can be written yet.
        var _ = keep(each.key(), each.request(), each.progress().begunAt(now), now);
      }
    }
    restored.clear();
  }

  /** Returns those who join. */
  ChannelJoins joins() {
    return joins;
  }

  /** Returns whether it is a broadcast's turn, as it is of those to no channel. */
  boolean enter(BroadcastKey key, BroadcastJob request) {
    @Nullable ChannelKey channel = request.channel();
    return channel == null || turns.enter(channel, key);
  }

  /**
   * A broadcast was begun to be sent, or goes on: it has not expired before.
   *
   * @param begunAt when it was, by whomever: from then on it is kept as long as it may be
   */
  void begun(BroadcastKey key, BroadcastJob request, long begunAt, long now) {
    removeEnded(keep(key, request, begunAt, now));
  }

  /** Returns the one in whose place it is; null if there is none. */
  private @Nullable BroadcastKey keep(
      BroadcastKey key, BroadcastJob request, long begunAt, long now) {
    @Nullable ChannelKey channel = request.channel();
    // By the clock of another process it may have been begun later than now.
    Expiration kept = ChannelExpiration.shortened(request.expiration(), Math.min(begunAt, now));
    if (channel == null || kept.isOnce() || kept.hasPassed(now) || latest.has(key)) {
      return null;
    }
    return latest.put(channel, key, begunAt, kept.millis());
  }

  /** One that is still being sent is removed when it has ended. */
  private void removeEnded(@Nullable BroadcastKey replaced) {
    if (replaced != null && progress(replaced).endedAt() != null) {
      writer.remove(replaced);
    }
  }

  /** A broadcast has ended: returns whether its request is to stay in the table. */
  boolean ended(BroadcastKey key, Progress progress) {
    if (progress.isCompleted() && latest.has(key)) {
      next(key);
      return true;
    }
    latest.remove(key);
    return false;
  }

  /**
   * The table has it that one has ended which was to stay then. It is removed if another one began,
   * or it expired, before that: those remove only what they know to have ended.
   */
  void endedHere(BroadcastKey key) {
    if (!latest.has(key) && table.get(key) != null) {
      writer.remove(key);
    }
  }

  /** It has not ended: another process has begun it, if this one does not know all of those yet. */
  void begunElsewhere(BroadcastKey key, Progress progress, long now) {
    byte @Nullable [] value = table.get(key);
    if (value != null && progress.startedAt() != null && !joins.haveCaughtUp()) {
      keepLater(key, value, progress, now);
    }
  }

  /** Another process has ended it, which had the partition before. */
  void endedElsewhere(BroadcastKey key, Progress progress, long now) {
    byte @Nullable [] value = table.get(key);
    if (value != null) {
      keepEnded(key, value, progress, now);
    }
    if (!latest.has(key) && backlog.has(key)) {
      // It is removed when it is looked at.
      backlog.add(key, Backlog.UNKNOWN, 0);
    }
    next(key);
  }

  private void keepEnded(BroadcastKey key, byte[] value, Progress progress, long now) {
    if (progress.isCompleted()) {
      keepLater(key, value, progress, now);
    }
  }

  /** It is kept, unless one is that was begun later. */
  private void keepLater(BroadcastKey key, byte[] value, Progress progress, long now) {
    @Nullable BroadcastJob request = reader.requestIfKnown(key, value);
    @Nullable ChannelKey channel = request == null ? null : request.channel();
    long begunAt = progress.begunAt(now);
    if (request != null && channel != null && latest.begunAt(channel) <= begunAt) {
      removeEnded(keep(key, request, begunAt, now));
    }
  }

  /** A request is not in the table any more. */
  void left(BroadcastKey key) {
    latest.remove(key);
    next(key);
  }

  private void next(BroadcastKey key) {
    ChannelTurns.@Nullable Turn turn = turns.leave(key);
    if (turn != null && backlog.has(turn.key())) {
      backlog.add(turn.key(), turn.app(), 0);
    }
  }

  /** A broadcast was found to have ended: returns whether its request is to stay in the table. */
  boolean hadEnded(BroadcastKey key, byte[] value, Progress progress, long now) {
    keepEnded(key, value, progress, now);
    next(key);
    return latest.has(key);
  }

  /** Returns whether a broadcast is what is kept of its channel. */
  boolean keeps(BroadcastKey key) {
    return latest.has(key);
  }

  /** How one was sent is told no more: it is not kept longer than that. */
  void forgotten(BroadcastKey key) {
    if (latest.has(key)) {
      latest.remove(key);
      writer.remove(key);
    }
  }

  /** A channel was deleted, and all that was sent to it before has ended. */
  void forget(BroadcastJob request) {
    @Nullable ChannelKey channel = request.channel();
    @Nullable BroadcastKey kept = channel == null ? null : latest.forget(channel);
    if (kept != null) {
      writer.remove(kept);
    }
  }

  void expire(long now) {
    latest.forgetExpired(now).stream()
        .filter(key -> progress(key).endedAt() != null)
        .forEach(writer::remove);
  }

  private Progress progress(BroadcastKey key) {
    return reader.progressIfKnown(table.get(key, Kind.PROGRESS)).orElse(Progress.NONE);
  }
}
