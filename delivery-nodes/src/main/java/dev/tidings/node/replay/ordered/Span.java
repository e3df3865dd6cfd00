package dev.tidings.node.replay.ordered;

import dev.tidings.node.replay.ReplaySource;
import dev.tidings.node.replay.ReplaySpan;
import dev.tidings.node.replay.Slice;
import dev.tidings.node.replay.Slice.Progress;
import dev.tidings.node.replay.TakenBack;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.value.DeviceId;
import org.jspecify.annotations.Nullable;

/**
 * The reading of what is left of an order's span, from a place among the replays that is taken
 * until it ends or {@linkplain #rest rests}. Confined to the partition's loop, but for {@link
 * #isCancelled}.
 */
final class Span {
  /** How many withdrawals are remembered: 4 MB. */
  private static final int MOST_TAKEN_BACK = 65_536;

  /** After so many turns in which the log gave nothing, it is not waited for any longer. */
  private static final int TURNS_IN_VAIN = 20;

  /** After a turn that gave nothing. */
  private static final long PAUSE_MILLIS = 1_000;

  private final ReplaySource source;
  private final ReplaySpan span;
  private final Life life;
  private final TakenBack takenBack = new TakenBack(MOST_TAKEN_BACK);
  private @Nullable Progress progress;
  private boolean reading;
  private boolean placed = true;
  private boolean resting;

  /** What is being read is not what comes next. */
  private boolean stale;

  private int turnsInVain;
  private long nextRead;
  private volatile boolean cancelled;

  /** One that has a place of the source, which it gives back. */
  Span(ReplaySource source, ReplaySpan span, Life life, long now) {
    this.source = source;
    this.span = span;
    this.life = life;
    this.nextRead = now;
  }

  ReplaySpan wanted() {
    return span;
  }

  TakenBack takenBack() {
    return takenBack;
  }

  boolean isOfAnotherLife(Life now) {
    return now.number() != life.number();
  }

  boolean wantsMore(long now) {
    return !reading && !resting && !isRead() && nextRead <= now;
  }

  /** Whether all of it was read. */
  boolean isRead() {
    return !reading && progress != null && progress.next() >= progress.end();
  }

  boolean isInVain() {
    return turnsInVain >= TURNS_IN_VAIN
        || takenBack.isFull()
        || (span.apps() != null && span.apps().stream().allMatch(takenBack::isLeftOut));
  }

  boolean isCut() {
    return progress != null && progress.cut();
  }

  /** The sequence of what is read next; no position before anything was. */
  long next() {
    return progress == null ? Order.NONE : life.sequence(progress.next());
  }

  Slice.Wanted read(int partition, @Nullable DeviceId device) {
    reading = true;
    return new Slice.Wanted(partition, device, life, span, progress, this::isCancelled);
  }

  /**
   * A turn is over.
   *
   * @param slice null if it has failed
   * @return whether there are records of it, to be taken now
   */
  boolean endRead(@Nullable Slice slice, long now) {
    reading = false;
    if (cancelled || (stale && resting)) {
      leave();
    }
    if (cancelled || stale) {
      stale = false;
      return false;
    }
    boolean further =
        slice != null
            && (slice.isLast()
                || progress == null
                || slice.progress().next() > progress.next()
                || slice.progress().searched() > progress.searched());
    turnsInVain = further ? 0 : turnsInVain + 1;
    nextRead = now + (further ? 0 : PAUSE_MILLIS);
    if (slice != null) {
      progress = slice.progress();
      slice.withdrawn().forEach(each -> takenBack.add(each.app(), each.print()));
    }
    return slice != null;
  }

  /** Nothing more is read before a time. */
  void pauseUntil(long time) {
    nextRead = Math.max(nextRead, time);
  }

  /**
   * Reads nothing and has no place until it {@linkplain #wake wakes}, and then from there on. What
   * it knows to be taken back it keeps: that is not searched for once more.
   *
   * @param from the sequence of what is read next
   */
  void rest(long from) {
    if (progress != null && from != Order.NONE) {
      progress = progress.readTo(Life.offsetOf(from));
    }
    resting = true;
    stale = reading;
    if (!reading) {
      leave();
    }
  }

  /** Goes on; returns whether there is a place for it. */
  boolean wake(long now) {
    if (!placed) {
      placed = source.enter();
    }
    resting = !placed;
    nextRead = now;
    return placed;
  }

  private void leave() {
    if (placed) {
      placed = false;
      source.leave();
    }
  }

  /** Nobody waits for it any more. */
  void cancel() {
    if (!cancelled) {
      cancelled = true;
      if (!reading) {
        leave();
      }
    }
  }

  boolean isCancelled() {
    return cancelled;
  }
}
