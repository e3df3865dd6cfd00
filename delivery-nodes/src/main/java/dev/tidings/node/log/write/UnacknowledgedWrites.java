package dev.tidings.node.log.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The partitions that were written to, and what the producer has of each. For one thread. */
final class UnacknowledgedWrites {
  private static final PartitionWrites[] NONE = {};

  /** So many silent partitions are reported by name. */
  private static final int NAMED = 5;

  private final WriterLimits limits;
  private final BufferShare share;
  private final Map<String, PartitionWrites[]> topics = new HashMap<>();

  /** Those of which writes wait. */
  private final Set<PartitionWrites> queueing = new LinkedHashSet<>();

  private List<String> silent = List.of();

  UnacknowledgedWrites(WriterLimits limits) {
    this.limits = limits;
    this.share = new BufferShare(limits);
  }

  PartitionWrites of(String topic, int partition) {
    PartitionWrites @Nullable [] all = topics.get(topic);
    if (all != null && partition < all.length) {
      return all[partition];
    }
    int from = all == null ? 0 : all.length;
    PartitionWrites[] more =
        all == null ? new PartitionWrites[partition + 1] : Arrays.copyOf(all, partition + 1);
    for (int number = from; number <= partition; number++) {
      more[number] = new PartitionWrites(topic + "-" + number, share);
    }
    topics.put(topic, more);
    return more[partition];
  }

  /** Returns whether anything was ever written to a topic. */
  boolean knows(String topic) {
    return topics.containsKey(topic);
  }

  /** A write waits until the producer has less of its partition. */
  void queue(PartitionWrites partition, LogWrite write) {
    partition.queue(write);
    queueing.add(partition);
  }

  boolean hasQueued() {
    return !queueing.isEmpty();
  }

  /** Hands over what may be handed over by now. */
  void release(Consumer<LogWrite> give) {
    for (PartitionWrites partition : List.copyOf(queueing)) {
      @Nullable LogWrite next;
      while ((next = partition.release()) != null) {
        give.accept(next);
      }
      if (!partition.hasQueued()) {
        queueing.remove(partition);
      }
    }
  }

  /** Returns all writes to a topic that wait, each partition's in order, and forgets them. */
  List<LogWrite> drain(String topic) {
    List<LogWrite> all = new ArrayList<>();
    for (PartitionWrites partition : topics.getOrDefault(topic, NONE)) {
      all.addAll(partition.drain());
      queueing.remove(partition);
    }
    return all;
  }

  /** To be called at intervals much shorter than the silence that is reported. */
  void look(long now) {
    topics.values().stream().flatMap(Stream::of).forEach(partition -> partition.look(now));
    silent = silent(now);
  }

  /**
   * Returns what was to be reported, when they were last looked at, of partitions that acknowledge
   * nothing: a few of them by name.
   */
  List<String> silent() {
    return silent;
  }

  private List<String> silent(long now) {
    List<PartitionWrites> all =
        topics.values().stream()
            .flatMap(Stream::of)
            .filter(partition -> partition.silentFor(now) >= limits.silence().toNanos())
            .toList();
    List<String> named = new ArrayList<>();
    for (PartitionWrites partition : all.subList(0, Math.min(NAMED, all.size()))) {
      named.add(
          "%s has acknowledged no write for %d s (expected: a leader and enough in-sync replicas)"
              .formatted(partition, TimeUnit.NANOSECONDS.toSeconds(partition.silentFor(now))));
    }
    if (all.size() > NAMED) {
      named.add("nor have %d others".formatted(all.size() - NAMED));
    }
    return named;
  }
}
