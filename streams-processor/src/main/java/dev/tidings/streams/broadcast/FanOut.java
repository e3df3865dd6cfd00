package dev.tidings.streams.broadcast;

import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.broadcast.SubscriberStore.Row;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One broadcast in one partition, a slice at a time. What has been written is not in the log before
 * the next commit, and so {@link #toSave} returns how far it has come only behind that: after a
 * crash nobody is missed, and who comes twice is who had not been committed. Confined to the task's
 * thread.
 */
final class FanOut {
  private static final String COMPLETED = "completed";
  private static final String STOPPED = "stopped";
  private static final String EXPIRED = "expired";
  private static final String REJECTED = "rejected";

  private final BroadcastRequest request;
  private final SubscriberStore subscribers;
  private final Function<byte[], Subscription> decoder;
  private final Recipients recipients;
  private final List<BroadcastTopic> sources;

  private Cursor cursor;
  private @Nullable Long startedAt;
  private @Nullable Long total;
  private long seen;
  private long sent;
  private @Nullable Long endedAt;
  private @Nullable String ending;

  private Cursor counted = Cursor.START;
  private long count;
  private boolean changed;
  private @Nullable Progress unsaved;
  private long unsavedSince;

  /** Takes the deliveries. */
  interface Recipients {
    void deliver(DeviceId device, Token token);
  }

  FanOut(
      BroadcastRequest request,
      Progress from,
      SubscriberStore subscribers,
      Function<byte[], Subscription> decoder,
      Recipients recipients) {
    this.request = request;
    this.subscribers = subscribers;
    this.decoder = decoder;
    this.recipients = recipients;
    this.sources = request.condition().sources();
    this.cursor = from.cursor();
    this.startedAt = from.startedAt();
    this.total = from.subscribers();
    this.seen = from.seen();
    this.sent = from.sent();
  }

  BroadcastRequest request() {
    return request;
  }

  /** Returns whether nothing more is to be sent. */
  boolean isOver() {
    return ending != null;
  }

  void stop(long now) {
    end(STOPPED, now);
  }

  /** Ends it because it cannot be sent. */
  void reject(long now) {
    end(REJECTED, now);
  }

  private void end(String how, long now) {
    if (ending == null) {
      ending = how;
      endedAt = now;
      changed = true;
    }
  }

  /** Goes on from where another process has come to, if that is further. */
  void goOnFrom(Progress other) {
    if (other.cursor().compareTo(cursor) > 0) {
      cursor = other.cursor();
      seen = other.seen();
      sent = other.sent();
    }
  }

  /**
   * Sends to the next subscribers.
   *
   * @param most how many may be looked at
   * @return how many were
   */
  int send(int most, long now) {
    if (ending != null) {
      return 0;
    }
    if (startedAt == null) {
      startedAt = now;
      changed = true;
    }
    if (request.expiration().hasPassed(now)) {
      end(EXPIRED, now);
      return 0;
    }
    if (request.spreadMillis() > 0 && total == null) {
      count(most);
      return most;
    }
    int allowed = (int) Math.min(most, due(now));
    int looked = 0;
    while (looked < allowed && ending == null) {
      looked += slice(allowed - looked, now);
    }
    return looked;
  }

  /** Returns how many subscribers may have been looked at by now, less those that were. */
  private long due(long now) {
    if (total == null || startedAt == null) {
      return Integer.MAX_VALUE;
    }
    long passed = Math.max(0, now - startedAt);
    if (passed >= request.spreadMillis()) {
      return Integer.MAX_VALUE;
    }
    return Math.max(0, Math.ceilDiv(total * passed, request.spreadMillis()) - seen);
  }

  private void count(int most) {
    List<Row> rows = rows(counted, most);
    count += rows.size();
    counted = behind(counted, rows, most);
    if (counted.source() == sources.size()) {
      total = count;
      changed = true;
    }
  }

  private int slice(int most, long now) {
    List<Row> rows = rows(cursor, most);
    for (Row row : rows) {
      deliver(row);
    }
    cursor = behind(cursor, rows, most);
    seen += rows.size();
    changed = true;
    if (cursor.source() == sources.size()) {
      end(COMPLETED, now);
    }
    return rows.size();
  }

  private List<Row> rows(Cursor from, int most) {
    return from.source() >= sources.size()
        ? List.of()
        : subscribers.behind(request.app(), sources.get(from.source()), from.device(), most);
  }

  private Cursor behind(Cursor from, List<Row> rows, int most) {
    return rows.size() < most
        ? new Cursor(Math.min(from.source() + 1, sources.size()), null)
        : new Cursor(from.source(), rows.getLast().device());
  }

  private void deliver(Row row) {
    DeviceId device = row.device();
    BroadcastTopic source = sources.get(cursor.source());
    // Who is in two of the topics that are read is sent to when the first of them is.
    boolean isSent =
        sources.subList(0, cursor.source()).stream().anyMatch(topic -> wasSent(topic, device));
    if (isSent || !request.condition().test(topic -> topic.equals(source) || has(topic, device))) {
      return;
    }
    @Nullable Token token = token(row.record());
    if (token != null) {
      recipients.deliver(device, token);
      sent++;
    }
  }

  private boolean has(BroadcastTopic topic, DeviceId device) {
    return subscribers.get(request.app(), topic, device) != null;
  }

  /**
   * Returns whether a device was among those of a topic that has been read. One that has joined it
   * since the broadcast began may have come behind the cursor: rather twice than not at all.
   */
  private boolean wasSent(BroadcastTopic topic, DeviceId device) {
    byte @Nullable [] record = subscribers.get(request.app(), topic, device);
    if (record == null) {
      return false;
    }
    @Nullable Subscription joined = read(record);
    @Nullable Long at = joined == null ? null : joined.getJoinedAt();
    return at != null && startedAt != null && at < startedAt;
  }

  /** Returns null if the record is not one of a subscriber: somebody else has written it. */
  private @Nullable Token token(byte[] record) {
    @Nullable Subscription joined = read(record);
    @Nullable String token = joined == null ? null : joined.getToken();
    try {
      return token == null ? null : new Token(token);
    } catch (InvalidValueException e) {
      return null;
    }
  }

  private @Nullable Subscription read(byte[] record) {
    try {
      return decoder.apply(record);
    } catch (UnreadableRecordException e) {
      return null;
    }
  }

  /**
   * Returns how far it has come, if that is to be saved now: it is in the log.
   *
   * @param commits how many there have been
   */
  @Nullable Progress toSave(long commits) {
    @Nullable Progress committed = unsaved != null && commits > unsavedSince ? unsaved : null;
    if (committed != null) {
      unsaved = null;
    }
    if (changed && unsaved == null) {
      unsaved = new Progress(cursor, startedAt, total, seen, sent, endedAt, ending);
      unsavedSince = commits;
      changed = false;
    }
    return committed;
  }
}
