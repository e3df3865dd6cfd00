package dev.tidings.ingest.audit;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Up to where each notification must have a receipt: where streams-processor had come to when a
 * round began, once delivery nodes have done what was in {@code deliveries} by then, and the table
 * of receipts has read what was in {@code receipts} by then. So nothing is missed because somebody
 * is behind, stopped or restored: then a round takes longer. Confined to one thread; it blocks.
 */
final class Horizon {
  private final LogPositions log;
  private final Names names;
  private final long afterMillis;

  private Map<Integer, Long> reached = Map.of();

  /** Kafka's id of the topic that it is of. */
  private Uuid topic = Uuid.ZERO_UUID;

  private long time;
  private long rounds;
  private @Nullable Round round;
  private String waitsFor = "";

  /** The topics, and the groups that read them. */
  record Names(
      String notifications,
      String streams,
      String deliveries,
      String nodes,
      String receipts,
      String traces) {}

  /** What is to become the horizon. */
  private static final class Round {
    private final long begun;
    private final Map<Integer, Long> notifications;
    private final Map<Integer, Long> deliveries;
    private @Nullable Map<Integer, Long> receipts;

    private Round(long begun, Map<Integer, Long> notifications, Map<Integer, Long> deliveries) {
      this.begun = begun;
      this.notifications = notifications;
      this.deliveries = deliveries;
    }
  }

  /**
   * @param afterMillis how long a round takes at least: for notifications that wait for the
   *     registration of their token
   */
  Horizon(LogPositions log, Names names, long afterMillis) {
    this.log = log;
    this.names = names;
    this.afterMillis = afterMillis;
  }

  /** Returns the first offset of a partition that need not have a receipt; 0 if nothing must. */
  long of(int partition) {
    return reached.getOrDefault(partition, 0L);
  }

  /** Returns when the round began that has led here, in ms since the epoch; 0 if none has ended. */
  long time() {
    return time;
  }

  /** Returns how many rounds have ended. */
  long rounds() {
    return rounds;
  }

  /** Returns whom the present round waits for; empty if for time alone. */
  String waitsFor() {
    return waitsFor;
  }

  /**
   * Forgets the present round. Of another topic than before nothing has been reached.
   *
   * @param notifications Kafka's id of the topic
   */
  void restart(Uuid notifications) {
    round = null;
    if (!notifications.equals(topic)) {
      topic = notifications;
      reached = Map.of();
    }
  }

  /** Looks how far all have come. Returns whether there is a new horizon. */
  boolean advance(long now) throws InterruptedException {
    Round present = round;
    if (present == null) {
      // What was committed of a topic that was there before says nothing of this one. Asked before
      // the commits: these are reset before the ids are kept.
      boolean ofAnother = isOfAnother();
      // In this order: what becomes of the notifications is in deliveries before it is committed.
      Map<Integer, Long> notifications = offsets(names.streams(), names.notifications());
      Map<Integer, Long> ends = log.ends(names.notifications());
      notifications.replaceAll(
          (partition, at) -> !ofAnother && at <= ends.getOrDefault(partition, 0L) ? at : 0L);
      round = new Round(now, notifications, log.ends(names.deliveries()));
      return false;
    }
    @Nullable Map<Integer, Long> receipts = present.receipts;
    if (receipts == null) {
      if (now - present.begun < afterMillis
          || isBehind(names.nodes(), names.deliveries(), present.deliveries)) {
        return false;
      }
      receipts = log.ends(names.receipts());
      present.receipts = receipts;
    }
    if (isBehind(names.traces(), names.receipts(), receipts)) {
      return false;
    }
    reached = present.notifications;
    time = present.begun;
    rounds++;
    round = null;
    return true;
  }

  /** Whether streams-processor has not begun with the topic that there is now. */
  private boolean isOfAnother() throws InterruptedException {
    Optional<Uuid> committedOf = log.committedOf(names.streams(), names.notifications());
    return committedOf.isPresent() && !committedOf.get().equals(log.id(names.notifications()));
  }

  private boolean isBehind(String group, String topic, Map<Integer, Long> target)
      throws InterruptedException {
    Map<Integer, Long> committed = offsets(group, topic);
    if (hasReached(committed, target)) {
      waitsFor = "";
      return false;
    }
    // A topic that was made anew may have less than it had.
    Map<Integer, Long> ends = log.ends(topic);
    Map<Integer, Long> possible = new HashMap<>();
    target.forEach((partition, offset) -> {
      @Nullable Long end = ends.get(partition);
      if (end != null) {
        possible.put(partition, Math.min(offset, end));
      }
    });
    boolean behind = !hasReached(committed, possible);
    waitsFor = behind ? group : "";
    return behind;
  }

  private static boolean hasReached(Map<Integer, Long> committed, Map<Integer, Long> target) {
    return target.entrySet().stream()
        .allMatch(each -> committed.getOrDefault(each.getKey(), 0L) >= each.getValue());
  }

  private Map<Integer, Long> offsets(String group, String topic) throws InterruptedException {
    Map<Integer, Long> offsets = new HashMap<>();
    Map<Integer, OffsetAndMetadata> committed = log.committed(group, topic);
    committed.forEach((partition, offset) -> offsets.put(partition, offset.offset()));
    return offsets;
  }
}
