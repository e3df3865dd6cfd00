package dev.tidings.ingest.device;

import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.DeviceQuestion;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.service.log.SeldomLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Asks the delivery node that has a device. Every node knows which one that is, so any of them is
 * asked first: the one that had the device's partition before, or one that was heard of lately.
 * Blocks for a few seconds at most; thread-safe.
 */
final class DeviceNodes {
  /** So many nodes are asked for one answer. */
  private static final int MOST_ASKED = 4;

  private static final Duration IN_ALL = Duration.ofSeconds(6);
  private static final Duration EACH = Duration.ofSeconds(3);

  /** So long a node that has not answered is asked behind all others. */
  private static final Duration SILENT_FOR = Duration.ofMinutes(1);

  private final Supplier<List<String>> known;
  private final NodeCall call;
  private final NodeSeal seal;
  private final int partitions;
  private final LongSupplier nanoTime;
  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(DeviceNodes.class));

  /** Which node has answered for a partition. */
  private final Map<Integer, String> owners = new ConcurrentHashMap<>();

  /** When nodes have not answered. */
  private final Map<String, Long> silent = new ConcurrentHashMap<>();

  /**
   * @param known the addresses of nodes, those first that are likeliest to be there
   * @param seal what processes of this installation say is known by
   * @param partitions how many partitions devices are in
   * @param nanoTime as {@link System#nanoTime}
   */
  DeviceNodes(
      Supplier<List<String>> known,
      NodeCall call,
      NodeSeal seal,
      int partitions,
      LongSupplier nanoTime) {
    this.known = known;
    this.call = call;
    this.seal = seal;
    this.partitions = partitions;
    this.nanoTime = nanoTime;
  }

  /**
   * Asks, until there is an answer from the device's node.
   *
   * @return never {@link DeviceAnswer.Elsewhere}
   */
  DeviceAnswer ask(DeviceQuestion question) {
    return new Search(question).answer();
  }

  /** Those first that have answered, or were not asked lately. */
  private List<String> inOrder() {
    long now = nanoTime.getAsLong();
    silent.values().removeIf(since -> now - since > SILENT_FOR.toNanos());
    Set<String> last = Set.copyOf(silent.keySet());
    return known.get().stream().sorted(Comparator.comparing(last::contains)).toList();
  }

  /** One question, and the nodes that have been asked. */
  private final class Search {
    private final byte[] question;
    private final int partition;
    private final long end = nanoTime.getAsLong() + IN_ALL.toNanos();
    private final Deque<String> next = new ArrayDeque<>();
    private final Set<String> asked = new HashSet<>();
    private @Nullable String owner;
    private String trouble = "no delivery node has said where it is";

    Search(DeviceQuestion question) {
      this.question = question.sealed(seal);
      this.partition = Partitioning.partition(question.device().key(), partitions);
      String before = owners.get(partition);
      if (before != null) {
        next.add(before);
      }
      next.addAll(inOrder());
    }

    DeviceAnswer answer() {
      while (!next.isEmpty() && asked.size() < MOST_ASKED && nanoTime.getAsLong() - end < 0) {
        String node = next.removeFirst();
        if (asked.add(node)) {
          Optional<DeviceAnswer> settled = ask(node).flatMap(given -> settled(node, given));
          if (settled.isPresent()) {
            return settled.get();
          }
        }
      }
      return new DeviceAnswer.NotNow(trouble);
    }

    private Optional<DeviceAnswer> ask(String node) {
      long left = end - nanoTime.getAsLong();
      Duration atMost = Duration.ofNanos(Math.min(EACH.toNanos(), left));
      try {
        Optional<DeviceAnswer> given =
            DeviceAnswer.read(call.ask(node, question, atMost), question, seal);
        if (given.isEmpty()) {
          failed(node, "its answer is not of this installation");
        } else {
          silent.remove(node);
        }
        return given;
      } catch (IOException e) {
        failed(node, e.toString());
        return Optional.empty();
      }
    }

    private void failed(String node, String why) {
      owners.remove(partition, node);
      silent.put(node, nanoTime.getAsLong());
      failures.warn("delivery node %s does not answer about a device: %s".formatted(node, why));
      if (owner == null || owner.equals(node)) {
        trouble =
            "delivery node %s%s does not answer"
                .formatted(node, node.equals(owner) ? ", which has the device," : "");
      }
    }

    /** Empty if another node is to be asked. */
    private Optional<DeviceAnswer> settled(String node, DeviceAnswer given) {
      return switch (given) {
        case DeviceAnswer.Elsewhere(var there) -> {
          owner = there;
          next.addFirst(there);
          yield Optional.empty();
        }
        case DeviceAnswer.NotNow(var why) -> {
          trouble = "delivery node %s: %s".formatted(node, why);
          yield Optional.empty();
        }
        case DeviceAnswer.Found found -> of(node, found);
        case DeviceAnswer.Unknown unknown -> of(node, unknown);
      };
    }

    private Optional<DeviceAnswer> of(String node, DeviceAnswer given) {
      owners.put(partition, node);
      return Optional.of(given);
    }
  }
}
