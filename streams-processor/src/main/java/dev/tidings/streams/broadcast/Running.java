package dev.tidings.streams.broadcast;

import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.write.CommitWatch;
import dev.tidings.streams.write.Meters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broadcasts that are being sent in a partition, side by side. There are places for some only,
 * so that memory is bounded, and for fewer of one app; where others wait, one that has nothing to
 * send now, or has had its place for a while, gives it up, and goes on later from where it was.
 * Confined to the task's thread.
 */
final class Running {
  private static final Logger log = LoggerFactory.getLogger(Running.class);

  /** How many are sent side by side. */
  static final int MOST = 100;

  /** How many of one app. */
  static final int MOST_OF_APP = 20;

  /** After which one gives its place to another that waits. */
  static final long TURN_MILLIS = 10_000;

  /** One that has nothing to send for so long gives it up at once. */
  private static final long IDLE_MILLIS = 1_000;

  private final SequencedMap<BroadcastKey, Place> places = new LinkedHashMap<>();

  /**
   * Those to channels that are over and are kept, until the table has that too: it is written, and
   * not read yet. The table does not get it ahead of the log: what only the table has would outlive
   * a crash, and whoever has the partition next would not know of it.
   */
  private final Map<BroadcastKey, FanOut> over = new HashMap<>();

  private final Pace pace;
  private final CommitWatch commits;
  private final BroadcastWriter writer;
  private final Meters meters;
  private final ChannelOrder channels;

  /**
   * A broadcast that is being sent.
   *
   * @param since when it got its place, in ms since the epoch
   */
  private record Place(FanOut fanOut, long since) {
    String app() {
      return fanOut.request().app().value();
    }

    boolean isIdle(long now) {
      return fanOut.nextDue() > now + IDLE_MILLIS;
    }

    boolean hasToYield(long now) {
      return fanOut.isPausable() && (isIdle(now) || now - since >= TURN_MILLIS || now < since);
    }
  }

  Running(
      Pace pace,
      CommitWatch commits,
      BroadcastWriter writer,
      Meters meters,
      ChannelOrder channels) {
    this.pace = pace;
    this.commits = commits;
    this.writer = writer;
    this.meters = meters;
    this.channels = channels;
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  /** Returns whether there is a place for another one of an app. */
  boolean hasRoom(String app) {
    return places.size() < MOST && count(app) < MOST_OF_APP;
  }

  private long count(String app) {
    return places.values().stream().filter(place -> place.app().equals(app)).count();
  }

  void put(BroadcastKey key, FanOut fanOut, long now) {
    places.put(key, new Place(fanOut, now));
  }

  /** Returns that of which a record is; null if it is not being sent. */
  @Nullable FanOut of(BroadcastKey key) {
    @Nullable Place place = places.get(key.of(Kind.REQUEST));
    return place == null ? null : place.fanOut();
  }

  /** The same, also of what is over, as long as the table does not have that. */
  @Nullable FanOut untilRead(BroadcastKey key) {
    @Nullable FanOut sending = of(key);
    return sending == null ? over.get(key.of(Kind.REQUEST)) : sending;
  }

  /**
   * The table has it that a broadcast is over, or has nothing of it any more. Returns whether it
   * was ended here and was kept then: whether it still is may have changed since.
   */
  boolean endIsRead(BroadcastKey key) {
    return over.remove(key.of(Kind.REQUEST)) != null;
  }

  /**
   * Has some give up their places for others that wait.
   *
   * @param apps that have one whose time has come
   */
  void makeRoom(List<String> apps, long now) {
    for (String app : apps) {
      if (!hasRoom(app)) {
        boolean ofApp = count(app) >= MOST_OF_APP;
        places.values().stream()
            .filter(place -> (!ofApp || place.app().equals(app)) && place.hasToYield(now))
            .min(
                Comparator.comparing((Place place) -> !place.isIdle(now))
                    .thenComparingLong(Place::since))
            .ifPresent(place -> {
              if (!place.fanOut().isPaused()) {
                meters.broadcastYielded();
              }
              place.fanOut().pause();
            });
      }
    }
  }

  /**
   * Removes those that have given up their places, once they can go on from the table.
   *
   * @param table how far each has come by the table
   * @param backlog gets them
   */
  void suspend(Function<BroadcastKey, Optional<Progress>> table, Backlog backlog, long now) {
    for (Map.Entry<BroadcastKey, Place> each : List.copyOf(places.entrySet())) {
      FanOut fanOut = each.getValue().fanOut();
      if (fanOut.isPaused() && fanOut.isIn(table.apply(each.getKey()).orElse(Progress.NONE))) {
        places.remove(each.getKey());
        backlog.add(each.getKey(), each.getValue().app(), Math.max(now, fanOut.nextDue()));
      }
    }
  }

  /**
   * Writes how far each has come, as far as that is in the log, and removes those that are over.
   */
  void save() {
    for (Map.Entry<BroadcastKey, Place> each : List.copyOf(places.entrySet())) {
      FanOut fanOut = each.getValue().fanOut();
      @Nullable Progress progress = fanOut.toSave(commits.commits());
      if (progress == null) {
        continue;
      }
      BroadcastKey key = each.getKey();
      writer.write(key.of(Kind.PROGRESS), progress.record(fanOut.request()));
      if (progress.endedAt() != null) {
        if (!channels.ended(key, progress)) {
          writer.remove(key);
        } else {
          over.put(key, fanOut);
        }
        places.remove(key);
        log.info(
            "broadcast {}, partition {}: {}, {} deliveries",
            key.id(),
            key.partition(),
            progress.ending(),
            progress.sent());
      }
    }
  }

  /** Sends in turns: what one does not use is left to the next ones. */
  void send(long now) {
    int left = pace.allowed(now);
    List<BroadcastKey> turns = new ArrayList<>(places.keySet());
    for (int i = 0; i < turns.size() && left > 0; i++) {
      @Nullable Place next = places.get(turns.get(i));
      if (next == null || next.fanOut().isOver()) {
        continue;
      }
      int share = Math.max(1, left / (turns.size() - i));
      int looked = send(turns.get(i), next.fanOut(), share, now);
      FanOut fanOut = next.fanOut();
      if (fanOut.isSending()) {
        channels.begun(turns.get(i), fanOut.request(), fanOut.startedAt(now), now);
      }
      pace.spend(looked);
      left -= looked;
      if (looked > 0) {
        // Behind the others, should there not have been enough for all.
        places.putLast(turns.get(i), next);
      }
    }
  }

  /** Sends one; a failure that none of its records explains ends it, and no other. */
  private static int send(BroadcastKey key, FanOut next, int share, long now) {
    try {
      return next.send(share, now);
    } catch (KafkaException | RegistryRetry.StoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      log.error("broadcast {}, partition {}: it is ended", key.id(), key.partition(), e);
      next.reject(now);
      return 1;
    }
  }
}
