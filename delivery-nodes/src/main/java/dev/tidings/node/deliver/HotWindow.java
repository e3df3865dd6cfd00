package dev.tidings.node.deliver;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.DeliveryPrint;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.RecentDeliveries;
import dev.tidings.node.window.Window;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import java.util.BitSet;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The hot part of a partition: what was read from the log and is not resolved, which of it had come
 * before, and how far the log can be committed. Confined to the partition's loop, but for {@link
 * #bytes}, {@link #addQueued}, {@link #oldest} and {@link #hasBegun}, which any thread may call.
 */
final class HotWindow {
  /**
   * So many of those that have ended and are not read yet are remembered; one more, and the one is
   * forgotten that is read last. It is then delivered once more.
   */
  static final int MOST_ENDED_UNREAD = 1 << 16;

  /** No entry holds the watermark. */
  static final long NONE = Long.MAX_VALUE;

  private final RecentDeliveries recent;

  /** What was read and has not come to the loop yet. */
  private final AtomicLong queuedBytes = new AtomicLong();

  /** When the entry arrived that holds the watermark, as of the last {@link #recordOldest}. */
  private volatile long oldest = NONE;

  private volatile @Nullable Window window;
  private CommitPoint committed = new CommitPoint(0, new BitSet());

  /**
   * What has ended in the inbox and is not read yet: the owner before had parked it, and its commit
   * does not say so. Another program may have written an entry under the sequence of another
   * notification: so it is remembered what has ended, and not its sequence alone.
   */
  private final TreeSet<Ended> endedUnread = new TreeSet<>();

  private record Ended(long sequence, DeliveryPrint print) implements Comparable<Ended> {
    private static final Comparator<Ended> ORDER =
        Comparator.comparingLong(Ended::sequence)
            .thenComparingLong(ended -> ended.print().one())
            .thenComparingLong(ended -> ended.print().other());

    /** The lowest of a sequence. */
    static Ended first(long sequence) {
      return new Ended(sequence, new DeliveryPrint(Long.MIN_VALUE, Long.MIN_VALUE));
    }

    static Ended of(Entry entry) {
      Delivery delivery = entry.delivery();
      return new Ended(
          entry.sequence(),
          DeliveryPrint.of(delivery.getId(), delivery.getToken(), entry.device()));
    }

    @Override
    public int compareTo(Ended other) {
      return ORDER.compare(this, other);
    }
  }

  private boolean changed;

  HotWindow(RecentDeliveries recent) {
    this.recent = recent;
  }

  /** What becomes of a record that has been read. */
  enum Arrival {
    /** It was resolved before the partition came here, or has ended in the inbox since. */
    RESOLVED,
    /** The same notification for the same token came before. */
    REPEATED,
    /** It can't be read: it waits until it is among the dead letters. */
    UNREADABLE,
    /** It is to be delivered. */
    NEW
  }

  /** What is known here of a record of the log. */
  enum Known {
    /** It was not read here, or was resolved before the partition came here. */
    NOTHING,
    /** It was read here and is not resolved. */
    WAITS,
    /** It was read here and has ended. */
    OVER
  }

  Known known(long sequence) {
    @Nullable Window current = window;
    if (current == null || committed.isResolved(sequence) || !current.hasRead(sequence)) {
      return Known.NOTHING;
    }
    return current.isOver(sequence) ? Known.OVER : Known.WAITS;
  }

  /** An entry has ended in the inbox: if it is not read yet, it is not delivered when it is. */
  void leftInbox(long sequence, DeliveryPrint print) {
    @Nullable Window current = window;
    if (current == null || !current.hasRead(sequence)) {
      endedUnread.add(new Ended(sequence, print));
      if (endedUnread.size() > MOST_ENDED_UNREAD) {
        endedUnread.pollLast();
      }
    }
  }

  private void forgetBefore(long sequence) {
    endedUnread.headSet(Ended.first(sequence)).clear();
  }

  /** Whether it is known where reading begins. */
  boolean hasBegun() {
    return window != null;
  }

  /** The window; null until {@link #begin}. */
  @Nullable Window window() {
    return window;
  }

  /** Reading begins behind this point; until then nothing can be added. */
  void begin(CommitPoint point) {
    committed = point;
    forgetBefore(point.low());
    window = new Window(point.low());
  }

  /** The log goes on in another life: what is left of the one before ends where this begins. */
  void restart(Window current, CommitPoint point) {
    committed = point;
    forgetBefore(point.low());
    current.skip(point.low() - 1);
    changed = true;
  }

  /** What was read and is not resolved, in bytes, with what has not come to the loop yet. */
  long bytes() {
    @Nullable Window current = window;
    return queuedBytes.get() + (current == null ? 0 : current.bytes());
  }

  /** Counts what is on its way to the loop; negative once it has come. */
  void addQueued(long bytes) {
    queuedBytes.addAndGet(bytes);
  }

  /** Adds the record read next, unless it was resolved before. */
  Arrival add(Window current, Entry entry) {
    changed = true;
    // Remembered even if it was resolved before, so that a repetition of it is recognised.
    boolean readable = entry.state() == Entry.State.OPEN;
    boolean anew = !readable || isNew(entry);
    if (committed.isResolved(entry.sequence())) {
      current.skip(entry.sequence());
      return Arrival.RESOLVED;
    }
    current.add(entry);
    if (readable && !endedUnread.isEmpty() && endedUnread.remove(Ended.of(entry))) {
      current.resolve(entry);
      return Arrival.RESOLVED;
    }
    if (!anew) {
      return Arrival.REPEATED;
    }
    return readable ? Arrival.NEW : Arrival.UNREADABLE;
  }

  private boolean isNew(Entry entry) {
    Delivery delivery = entry.delivery();
    if (WithdrawalId.isOne(delivery.getId())) {
      // To take the same back once more changes nothing, and may come behind what came again.
      return true;
    }
    return recent.add(delivery.getId(), delivery.getToken(), entry.device());
  }

  /** All records below {@code next} have been added. */
  void readTo(Window current, long next) {
    changed = true;
    forgetBefore(next);
    current.skip(next - 1);
  }

  /** The end of an entry is in the log. Idempotent. */
  void resolve(Entry entry) {
    @Nullable Window current = window;
    if (current != null) {
      current.resolve(entry);
      changed = true;
    }
  }

  /** Remembers when the entry arrived that holds the watermark. */
  void recordOldest(Window current) {
    @Nullable Long holds = current.oldest();
    oldest = holds == null ? NONE : holds;
  }

  /** When the entry arrived that holds the watermark; {@link #NONE} if there is none. */
  long oldest() {
    return oldest;
  }

  /** What may be committed, if that has changed since this was last asked. */
  @Nullable CommitPoint pollChange() {
    @Nullable Window current = window;
    if (!changed || current == null) {
      return null;
    }
    changed = false;
    return current.commitPoint();
  }

  /** What may be committed; null if nothing was read. */
  @Nullable CommitPoint commitPoint() {
    @Nullable Window current = window;
    return current == null ? null : current.commitPoint();
  }
}
