package dev.tidings.streams.run;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a run begins where the topics that there are have not been read yet. Where one
 * was deleted and made anew the group's commits are of another topic, and it is read from its
 * beginning. For one thread, but for {@link #reason}.
 */
final class Continuity {
  private static final Logger log = LoggerFactory.getLogger(Continuity.class);

  private final GroupOffsets offsets;
  private final Set<String> sources;
  private final Set<String> topics;
  private final Counter madeAnew;
  private final Counter tailLost;
  private final Set<String> told = new HashSet<>();
  private boolean mayNotKeep;
  private volatile String reason = "";

  /**
   * Continuity of a group.
   *
   * @param sources the topics that it reads
   * @param tables those that its tables are made of
   */
  Continuity(GroupOffsets offsets, Set<String> sources, Set<String> tables, MeterRegistry metrics) {
    this.offsets = offsets;
    this.sources = sources;
    this.topics = new TreeSet<>(sources);
    this.topics.addAll(tables);
    this.madeAnew = counter(metrics, "topic");
    this.tailLost = counter(metrics, "tail");
  }

  private static Counter counter(MeterRegistry metrics, String reason) {
    return Counter.builder("tidings.streams.discontinuities")
        .description("Partitions that were not read on where they had been left.")
        .tag("reason", reason)
        .register(metrics);
  }

  /** What has to be waited for before a run can begin; empty if nothing. Any thread may ask. */
  String reason() {
    return reason;
  }

  /** The ids of all topics now; empty while one of them does not exist. */
  Optional<Map<String, Uuid>> ids() throws InterruptedException, ExecutionException {
    return offsets.describe(topics).map(Continuity::ids);
  }

  private static Map<String, Uuid> ids(Map<String, TopicDescription> described) {
    return described.values().stream()
        // A broker that tells none does not tell of another topic either.
        .filter(topic -> !topic.topicId().equals(Uuid.ZERO_UUID))
        .collect(Collectors.toMap(TopicDescription::name, TopicDescription::topicId));
  }

  /** Whether a topic is another than before, of those whose id is known of both times. */
  static boolean differ(Map<String, Uuid> before, Map<String, Uuid> now) {
    return now.keySet().stream().anyMatch(topic -> differ(before, now, topic));
  }

  private static boolean differ(Map<String, Uuid> before, Map<String, Uuid> now, String topic) {
    Uuid then = before.get(topic);
    Uuid id = now.get(topic);
    return then != null && id != null && !then.equals(id);
  }

  /** Says which topics are others than before, and what will follow. */
  void tell(Map<String, Uuid> before, Map<String, Uuid> now) {
    now.forEach((topic, id) -> {
      if (!before.getOrDefault(topic, id).equals(id)) {
        reason = topic + " was deleted and made anew: beginning with what is in it now";
        if (told.add(topic + id)) {
          log.error(
              "{} was deleted and made anew (its id is {}, and was {}): stopping, to begin with"
                  + " what is in it now; not ready until then",
              topic,
              id,
              before.get(topic));
        }
      }
    });
  }

  /**
   * Has the group's commits be of the topics that there are.
   *
   * @return their ids; empty if something has to be waited for
   */
  Optional<Map<String, Uuid>> settle() throws InterruptedException, ExecutionException {
    Optional<Map<String, TopicDescription>> described = offsets.describe(topics);
    if (described.isEmpty()) {
      reason = "no topics, or not all of " + topics;
      return Optional.empty();
    }
    Map<String, Uuid> now = ids(described.get());
    Map<String, Uuid> before = known();
    tell(before, now);
    Set<String> anew =
        sources.stream().filter(topic -> differ(before, now, topic)).collect(Collectors.toSet());
    Set<TopicPartition> stale = partitions(described.get(), anew);
    if (!stale.isEmpty()) {
      if (!offsets.rewind(stale)) {
        reason = anew + " made anew: waiting until every process has left the group";
        return Optional.empty();
      }
      log.error("{} are read from their beginning: their topics were made anew", stale);
      madeAnew.increment(stale.size());
    }
    keep(now);
    rewindBeyondEnd(partitions(described.get(), sources));
    reason = "";
    return Optional.of(now);
  }

  private static Set<TopicPartition> partitions(
      Map<String, TopicDescription> described, Set<String> topics) {
    return described.values().stream()
        .filter(topic -> topics.contains(topic.name()))
        .flatMap(topic ->
            IntStream.range(0, topic.partitions().size())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
        .collect(Collectors.toSet());
  }

  /** Those at work are told by the brokers that there is nothing, and begin anew by themselves. */
  private void rewindBeyondEnd(Set<TopicPartition> partitions)
      throws InterruptedException, ExecutionException {
    Set<TopicPartition> beyond = offsets.beyondEnd(partitions);
    if (!beyond.isEmpty() && offsets.rewind(beyond)) {
      log.error("{} end before what was read of them: they are read from their beginning", beyond);
      tailLost.increment(beyond.size());
    }
  }

  /** Renews what is known, which brokers forget after a while. */
  void keep(Map<String, Uuid> ids) throws InterruptedException, ExecutionException {
    if (mayNotKeep) {
      return;
    }
    try {
      offsets.keep(ids);
    } catch (ExecutionException e) {
      refused(e);
    }
  }

  private Map<String, Uuid> known() throws InterruptedException, ExecutionException {
    if (mayNotKeep) {
      return new HashMap<>();
    }
    try {
      return offsets.ids();
    } catch (ExecutionException e) {
      refused(e);
      return new HashMap<>();
    }
  }

  private void refused(ExecutionException failure) throws ExecutionException {
    if (!(failure.getCause() instanceof AuthorizationException)) {
      throw failure;
    }
    mayNotKeep = true;
    log.warn(
        "a topic that is made anew while no process runs will not be noticed: {} (expected: READ of"
            + " the group {})",
        failure.getCause().getMessage(),
        offsets.idsGroup());
  }
}
