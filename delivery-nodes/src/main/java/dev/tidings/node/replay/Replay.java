package dev.tidings.node.replay;

import dev.tidings.node.replay.Slice.Found;
import dev.tidings.node.replay.Slice.Progress;
import dev.tidings.node.window.DeliveryPrint;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One replay to a device: what is to be read next, and the few that were read and not sent yet.
 * Confined to the partition's loop, but for {@link #isCancelled}.
 */
public final class Replay {
  /** After so many turns in which the log gave nothing, it is not waited for any longer. */
  private static final int TURNS_IN_VAIN = 6;

  private final ReplaySpan span;
  private final Life life;
  private final ReplayListener listener;
  private final int recordsPerSecond;
  private final Deque<Found> waiting = new ArrayDeque<>();

  /** What the log takes back behind the beginning of the span, and what was since. */
  private final TakenBack takenBack = new TakenBack();

  private @Nullable Progress progress;
  private boolean reading;
  private int turnsInVain;
  private long count;
  private long skipped;

  /** Behind the last one that was sent, or left out. */
  private long cursor;

  /** When something was last sent or left out, or read: by the time that ages are told by. */
  private long movedAt;

  /** Before which nothing more is read. */
  private long nextRead;

  private volatile boolean cancelled;

  /**
   * @param life of the log, as it is now
   * @param now by the time that ages are told by, in milliseconds
   */
  public Replay(
      ReplaySpan span, Life life, ReplayListener listener, int recordsPerSecond, long now) {
    this.span = span;
    this.life = life;
    this.listener = listener;
    this.recordsPerSecond = recordsPerSecond;
    this.cursor = span.since() instanceof ReplaySpan.Position(long sequence) ? sequence : 0;
    this.movedAt = now;
    this.nextRead = now;
  }

  public ReplayListener listener() {
    return listener;
  }

  /** Whether the log has begun anew since. */
  public boolean isOfAnotherLife(Life now) {
    return now.number() != life.number();
  }

  /** Whether more is to be read. */
  public boolean wantsMore(long now) {
    return !reading && waiting.isEmpty() && !isRead() && nextRead <= now;
  }

  /** Whether nothing is left of the span. */
  public boolean isOver() {
    return !reading && waiting.isEmpty() && isRead();
  }

  private boolean isRead() {
    return progress != null && progress.next() >= progress.end();
  }

  /** Begins to read on. */
  public Slice.Wanted read(int partition, DeviceId device) {
    reading = true;
    return new Slice.Wanted(partition, device, life, span, progress, this::isCancelled);
  }

  public boolean isReading() {
    return reading;
  }

  /** Reading has failed. */
  public void readFailed() {
    reading = false;
  }

  /** Something was read. */
  public void recordSlice(Slice slice, long now) {
    reading = false;
    movedAt = now;
    boolean further =
        progress == null
            || slice.progress().next() > progress.next()
            || slice.progress().searched() > progress.searched();
    turnsInVain = further || slice.isLast() ? 0 : turnsInVain + 1;
    progress = slice.progress();
    slice.withdrawn().forEach(each -> withdraw(each.app(), each.print()));
    waiting.addAll(slice.records());
    if (waiting.isEmpty()) {
      cursor = life.sequence(progress.next());
    }
    nextRead = now + TimeUnit.SECONDS.toMillis(1) * slice.records().size() / recordsPerSecond;
  }

  /** A notification of the device is taken back: it is not to be sent again. */
  public void withdraw(String app, DeliveryPrint print) {
    if (span.isOf(app)) {
      takenBack.add(app, print);
    }
  }

  /** Whether a notification was taken back, or too many of its app to tell. */
  public boolean isWithdrawn(String app, DeliveryPrint print) {
    return takenBack.contains(app, print);
  }

  /** Whether the notifications of an app are wanted. */
  public boolean isOf(String app) {
    return span.isOf(app);
  }

  /** Takes the next one out; null if there is none at the moment. */
  public @Nullable Found poll(long now) {
    @Nullable Found next = waiting.pollFirst();
    if (next != null) {
      movedAt = now;
      Progress read = progress;
      cursor = waiting.isEmpty() && read != null ? life.sequence(read.next()) : next.sequence() + 1;
    }
    return next;
  }

  /** One was sent. */
  public void sent() {
    count++;
  }

  /** One is not sent. */
  public void skip() {
    skipped++;
  }

  /**
   * Whether it can't go on: the log gives nothing, neither this device's nor anybody's, or takes
   * back more of the app that is wanted than can be remembered.
   */
  public boolean isInVain() {
    @Nullable Set<String> apps = span.apps();
    return turnsInVain >= TURNS_IN_VAIN
        || takenBack.isFull()
        || (apps != null && apps.stream().allMatch(takenBack::isLeftOut));
  }

  /** Whether the device has not taken what was read for so long. */
  public boolean isStalled(long now, long patienceMillis) {
    return !waiting.isEmpty() && now - movedAt > patienceMillis;
  }

  /** Tokens of the device were revoked: what was read before of those is not sent. */
  public void revoke(Predicate<Delivery> revoked) {
    List<Found> read = List.copyOf(waiting);
    waiting.clear();
    read.forEach(found -> waiting.add(revoked.test(found.delivery()) ? found.ofAnother() : found));
  }

  /** Nobody waits for it any more. */
  public void cancel() {
    cancelled = true;
    waiting.clear();
  }

  public boolean isCancelled() {
    return cancelled;
  }

  /** What is to be told of it. */
  public ReplayEnd end(ReplayEnd.How how) {
    return new ReplayEnd(
        how, count, skipped, ReplayCursor.of(cursor), progress != null && progress.cut());
  }
}
