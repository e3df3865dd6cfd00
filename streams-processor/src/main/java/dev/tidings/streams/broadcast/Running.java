package dev.tidings.streams.broadcast;

import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.write.CommitWatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broadcasts that are being sent in a partition, side by side. Confined to the task's thread.
 */
final class Running {
  private static final Logger log = LoggerFactory.getLogger(Running.class);

  /** How many are sent side by side: the others wait, so that memory is bounded. */
  private static final int MOST = 100;

  private final SequencedMap<BroadcastKey, FanOut> fanOuts = new LinkedHashMap<>();
  private final Pace pace;
  private final CommitWatch commits;
  private final BroadcastWriter writer;

  Running(Pace pace, CommitWatch commits, BroadcastWriter writer) {
    this.pace = pace;
    this.commits = commits;
    this.writer = writer;
  }

  boolean isEmpty() {
    return fanOuts.isEmpty();
  }

  boolean isFull() {
    return fanOuts.size() >= MOST;
  }

  void put(BroadcastKey key, FanOut fanOut) {
    fanOuts.put(key, fanOut);
  }

  /** Returns that of which a record is; null if it is not being sent. */
  @Nullable FanOut of(BroadcastKey key) {
    return fanOuts.get(key.of(Kind.REQUEST));
  }

  /**
   * Writes how far each has come, as far as that is in the log, and removes those that are over.
   */
  void save() {
    for (Map.Entry<BroadcastKey, FanOut> each : List.copyOf(fanOuts.entrySet())) {
      @Nullable Progress progress = each.getValue().toSave(commits.commits());
      if (progress == null) {
        continue;
      }
      BroadcastKey key = each.getKey();
      writer.write(key.of(Kind.PROGRESS), progress.record(each.getValue().request()));
      if (progress.endedAt() != null) {
        writer.remove(key);
        fanOuts.remove(key);
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
    List<BroadcastKey> turns = new ArrayList<>(fanOuts.keySet());
    for (int i = 0; i < turns.size() && left > 0; i++) {
      FanOut next = fanOuts.get(turns.get(i));
      if (next == null || next.isOver()) {
        continue;
      }
      int share = Math.max(1, left / (turns.size() - i));
      int looked = send(turns.get(i), next, share, now);
      pace.spend(looked);
      left -= looked;
      if (looked > 0) {
        // Behind the others, should there not have been enough for all.
        fanOuts.putLast(turns.get(i), next);
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
