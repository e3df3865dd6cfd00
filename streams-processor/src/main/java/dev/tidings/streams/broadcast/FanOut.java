package dev.tidings.streams.broadcast;

import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.broadcast.SubscriberStore.Row;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One broadcast in one partition, a slice at a time. What has been written is not in the log before
 * the next commit, and so {@link #toSave} returns how far it has come only behind that: after a
 * crash nobody is missed, and who comes twice is who had not been committed. Confined to the task's
 * thread.
 */
final class FanOut {
  static final String COMPLETED = "completed";
  static final String STOPPED = "stopped";
  private static final String EXPIRED = "expired";
  static final String REJECTED = "rejected";

  /** The order of the table. */
  private static final Comparator<DeviceId> BY_BYTES =
      Comparator.comparing(DeviceId::key, Arrays::compareUnsigned);

  private final BroadcastJob request;
  private final SubscriberStore subscribers;
  private final SubscriberReader reader;
  private final Recipients recipients;
  private final List<BroadcastTopic> sources;

  private SubscriberCursor cursor;
  private @Nullable Long startedAt;
  private @Nullable Long total;
  private long seen;
  private long sent;
  private @Nullable Long endedAt;
  private @Nullable String ending;

  private SubscriberCursor counted = SubscriberCursor.START;
  private long count;
  private boolean changed;
  private @Nullable Progress unsaved;
  private long unsavedSince;
  private boolean paused;

  /** When the next subscriber could not be read, the last time; null if it could. */
  private @Nullable Long unreadAt;

  /** Takes the deliveries. */
  interface Recipients {
    void deliver(DeviceId device, Token token);
  }

  FanOut(
      BroadcastJob request,
      Progress from,
      SubscriberStore subscribers,
      SubscriberReader reader,
      Recipients recipients) {
    this.request = request;
    this.subscribers = subscribers;
    this.reader = reader;
    this.recipients = recipients;
    this.sources = request.condition().sources();
    this.cursor = from.cursor();
    this.startedAt = from.startedAt();
    this.total = from.subscribers();
    this.seen = from.seen();
    this.sent = from.sent();
  }

  BroadcastJob request() {
    return request;
  }

  /** Returns whether nothing more is to be sent. */
  boolean isOver() {
    return ending != null;
  }

  /** Returns whether it has begun to be sent, and has not ended before all were sent to. */
  boolean isSending() {
    return startedAt != null && (ending == null || ending.equals(COMPLETED));
  }

  /** Returns when it was begun to be sent, by whomever; {@code now} if it was not. */
  long startedAt(long now) {
    return startedAt == null ? now : startedAt;
  }

  /** Returns whether a device is still to come: it is sent to, if it has joined then. */
  boolean isBefore(DeviceId device) {
    return ending == null && cursor.isBefore(device);
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

  /** Sends nothing more: another one gets its place as soon as it is saved. */
  void pause() {
    paused = true;
  }

  boolean isPaused() {
    return paused;
  }

  /** Returns whether it may be interrupted: what it has counted so far would be lost. */
  boolean isPausable() {
    return ending == null && !paused && (request.spreadMillis() == 0 || total != null);
  }

  /**
   * Returns when the next subscriber is to be sent to, in ms since the epoch: a time that has
   * passed, unless it is spread and has sent what it may by now.
   */
  long nextDue() {
    if (total == null || startedAt == null) {
      return 0;
    }
    long passed = total == 0 ? request.spreadMillis() : seen * request.spreadMillis() / total + 1;
    return startedAt + Math.min(passed, request.spreadMillis());
  }

  /** Returns whether the table has all that it has done. */
  boolean isIn(Progress table) {
    return unsaved == null
        && !changed
        && ending == null
        && table.seen() == seen
        && table.cursor().equals(cursor)
        && Objects.equals(table.startedAt(), startedAt);
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
    if (ending != null || paused) {
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
      count(most, now);
      return most;
    }
    int allowed = (int) Math.min(most, due(now));
    int looked = 0;
    while (looked < allowed && ending == null && !isPausing(now)) {
      looked += slice(allowed - looked, now);
    }
    return looked;
  }

  /** Returns whether the next subscriber could not be read, and is not to be read again yet. */
  private boolean isPausing(long now) {
    return unreadAt != null && now >= unreadAt && now - unreadAt < SubscriberReader.AGAIN_MILLIS;
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

  private void count(int most, long now) {
    List<Row> rows = recipients(counted, most, now);
    count += rows.size();
    if (rows.size() < most) {
      total = count;
      changed = true;
    } else {
      counted = new SubscriberCursor(rows.getLast().device());
    }
  }

  private int slice(int most, long now) {
    List<Row> rows = recipients(cursor, most, now);
    int looked = 0;
    while (looked < rows.size() && deliver(rows.get(looked), now)) {
      looked++;
    }
    if (looked > 0) {
      seen += looked;
      changed = true;
      cursor = new SubscriberCursor(rows.get(looked - 1).device());
    }
    if (looked == rows.size() && looked < most) {
      end(COMPLETED, now);
    }
    return looked;
  }

  /**
   * Reads those who are in any of the topics, each once: so many at most. All topics are read up to
   * the same device. Were they read one after the other, it could not be told of a device in two of
   * them whether it was sent to before, as what it has joined may have changed meanwhile.
   */
  private List<Row> recipients(SubscriberCursor from, int most, long now) {
    if (sources.size() == 1) {
      return subscribers.behind(request.app(), sources.getFirst(), from.device(), most);
    }
    SortedMap<DeviceId, Row> merged = new TreeMap<>(BY_BYTES);
    for (BroadcastTopic source : sources) {
      for (Row row : subscribers.behind(request.app(), source, from.device(), most)) {
        merged.merge(row.device(), row, (one, other) -> later(one, other, now));
      }
    }
    return merged.values().stream().limit(most).toList();
  }

  /** Of two topics' records of a device the later one has the token that counts. */
  private Row later(Row one, Row other, long now) {
    return reader.joinedAt(one.record(), now) >= reader.joinedAt(other.record(), now) ? one : other;
  }

  /** Returns false if the device's record can't be read yet: this one is the next again. */
  private boolean deliver(Row row, long now) {
    DeviceId device = row.device();
    if (!request.condition().test(topic -> isOnly(topic) || has(topic, device))) {
      return true;
    }
    unreadAt = null;
    return switch (reader.next(row.record(), now)) {
      case SubscriberReader.Read.Subscriber subscriber -> {
        recipients.deliver(device, subscriber.token());
        sent++;
        yield true;
      }
      case SubscriberReader.Read.Nobody _ -> true;
      case SubscriberReader.Read.NotYet _ -> {
        unreadAt = now;
        yield false;
      }
    };
  }

  /**
   * Returns whether the topic is the only one that is read: everybody who is looked at is in it.
   */
  private boolean isOnly(BroadcastTopic topic) {
    return sources.size() == 1 && sources.getFirst().equals(topic);
  }

  private boolean has(BroadcastTopic topic, DeviceId device) {
    return subscribers.get(request.app(), topic, device) != null;
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
