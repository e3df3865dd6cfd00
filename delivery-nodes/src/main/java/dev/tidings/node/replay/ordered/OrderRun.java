package dev.tidings.node.replay.ordered;

import dev.tidings.node.device.DeviceSession;
import dev.tidings.node.replay.ReplaySource;
import dev.tidings.node.replay.Slice.Found;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.ReplayProgress;
import dev.tidings.schemas.value.DeviceId;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One order, as it is carried out in a partition: what was read and not settled yet, and where to
 * go on after a crash. Confined to the partition's loop.
 */
final class OrderRun {
  /** Beyond so many that are read and not settled, nothing more is read. */
  private static final int MOST_OPEN = 256;

  /**
   * After so many times the patience, whoever is so far behind that nothing is read is given up.
   */
  private static final int MOST_BEHIND = 5;

  /** How often what has changed is written down. */
  private static final long WRITE_MILLIS = 2_000;

  private final Order order;
  private final @Nullable DeviceId device;
  private final Counts counts;
  private final Map<DeviceSession, Lane> lanes = new HashMap<>();

  /** The sequences of those, and since when. */
  private final TreeMap<Long, Long> open = new TreeMap<>();

  private @Nullable Span span;
  private @Nullable Ending ending;

  /** Where it goes on if it is begun again. */
  private long cursor;

  private boolean cut;

  private boolean waitsForDevice;

  /** When something was last settled, or was first to be: by the time that ages are told by. */
  private long movedAt;

  /** Whether its device has been away since then. */
  private boolean waited;

  /** Before which it is not begun once more. */
  private long nextBegin;

  private long writtenAt;
  private long writtenChanges = -1;

  /**
   * @param now by the host's clock
   * @param monotonicNow by the time that ages are told by
   */
  OrderRun(Order order, long now, long monotonicNow) {
    this.order = order;
    this.device = order.device();
    // The devices that a dry run has counted are in no record.
    @Nullable ReplayProgress before = order.asked().getDryRun() ? null : order.before();
    this.counts = new Counts(before, now);
    this.cursor = before == null ? Order.NONE : before.getCursor();
    this.cut = before != null && before.getCut();
    this.movedAt = monotonicNow;
    this.nextBegin = monotonicNow;
  }

  Order order() {
    return order;
  }

  @Nullable DeviceId device() {
    return device;
  }

  boolean isDry() {
    return order.asked().getDryRun();
  }

  Counts counts() {
    return counts;
  }

  @Nullable Span span() {
    return span;
  }

  boolean isOf(String app) {
    return span != null && span.wanted().isOf(app);
  }

  boolean mayBegin(long now) {
    return (span == null || waitsForDevice) && ending == null && now >= nextBegin;
  }

  void beginsNotBefore(long time) {
    nextBegin = time;
  }

  /** Begins to read what is left, or goes on; returns whether there is a place for it. */
  boolean begin(ReplaySource source, Life life, long now) {
    @Nullable Span rested = span;
    if (!(rested == null ? source.enter() : rested.wake(now))) {
      return false;
    }
    waitsForDevice = false;
    span = rested == null ? new Span(source, order.span(cursor, life), life, now) : rested;
    return true;
  }

  /** Reads no further until it begins once more, with what is not settled. */
  void suspend() {
    cursor = cursor();
    halt();
  }

  /**
   * Reads no further until its device is here, and then from what was found for it. A device that
   * comes and takes nothing is waited for no longer than one that does not come.
   */
  void waitForDevice(long found, long now) {
    cursor = open.isEmpty() ? found : Math.min(found, open.firstKey());
    @Nullable Span interrupted = span;
    if (interrupted != null) {
      interrupted.rest(cursor);
    }
    lanes.clear();
    open.clear();
    waitsForDevice = true;
    movedAt = waited ? movedAt : now;
    waited = true;
  }

  /** The same, since its device has gone. */
  void waitForDevice(long now) {
    waitForDevice(cursor(), now);
  }

  boolean isWaitingForDevice() {
    return waitsForDevice;
  }

  /** Whether its only device is away, or has taken nothing, for so long. */
  boolean isWaitingTooLong(long now, long millis) {
    return device != null && (waitsForDevice || !open.isEmpty()) && now - movedAt > millis;
  }

  private void halt() {
    @Nullable Span halted = span;
    if (halted != null) {
      cut |= halted.isCut();
      halted.cancel();
      span = null;
    }
    lanes.clear();
    open.clear();
  }

  boolean hasRoom() {
    return open.size() < MOST_OPEN;
  }

  boolean isComplete() {
    return span != null && span.isRead() && open.isEmpty();
  }

  Lane lane(DeviceSession session, long now) {
    return lanes.computeIfAbsent(session, _ -> new Lane(now));
  }

  @Nullable Lane lane(DeviceSession session) {
    return lanes.get(session);
  }

  void add(Lane lane, Found found, long now) {
    if (open.isEmpty() && !waited) {
      movedAt = now;
    }
    lane.add(found, now);
    open.put(found.sequence(), now);
  }

  /** One of a connection is settled, one way or the other. */
  void settle(DeviceSession session, Lane lane, long sequence, long now) {
    open.remove(sequence);
    moved(lane, now);
    if (lane.isEmpty() && !lane.isGivenUp()) {
      lanes.remove(session);
    }
  }

  /** A device takes what it is sent, if only of another replay. */
  void moved(Lane lane, long now) {
    lane.moved(now);
    movedAt = now;
    waited = false;
  }

  /** Takes a connection out; how many were for it. */
  int remove(DeviceSession session) {
    @Nullable Lane lane = lanes.remove(session);
    return lane == null ? 0 : clear(lane);
  }

  private int clear(Lane lane) {
    int count = 0;
    for (Iterator<Long> all = lane.clear().iterator(); all.hasNext(); count++) {
      open.remove(all.next());
    }
    return count;
  }

  /**
   * Gives up the connections that take nothing, or so little that the others get nothing; how many
   * were for them.
   */
  int giveUpStalled(long now, long millis) {
    int count = 0;
    for (Map.Entry<DeviceSession, Lane> each : lanes.entrySet()) {
      Lane lane = each.getValue();
      boolean stalled =
          lane.isStalled(now, millis) && !each.getKey().takesOthersThanReplayed(now - millis);
      if (stalled || holdsUp(lane, now - MOST_BEHIND * millis)) {
        lane.giveUp();
        count += clear(lane);
      }
    }
    return count;
  }

  private boolean holdsUp(Lane lane, long since) {
    Map.@Nullable Entry<Long, Long> oldest = open.firstEntry();
    return oldest != null && !hasRoom() && oldest.getValue() < since && lane.has(oldest.getKey());
  }

  private long cursor() {
    if (!open.isEmpty()) {
      return open.firstKey();
    }
    return span == null || span.next() == Order.NONE ? cursor : span.next();
  }

  boolean isEnded() {
    return ending != null;
  }

  void end(Ending how) {
    cursor = cursor();
    ending = how;
    halt();
  }

  /** What is to be written down now; null if nothing. */
  @Nullable ReplayProgress toWrite(long now, long monotonicNow) {
    boolean ends = ending != null && writtenAt != Long.MAX_VALUE;
    boolean changed = ending == null && counts.changes() != writtenChanges;
    if (!ends && !(changed && (writtenChanges < 0 || monotonicNow - writtenAt >= WRITE_MILLIS))) {
      return null;
    }
    writtenAt = ends ? Long.MAX_VALUE : monotonicNow;
    writtenChanges = counts.changes();
    return counts.progress(cursor(), cut || (span != null && span.isCut()), now, ending);
  }
}
