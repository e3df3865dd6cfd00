package dev.tidings.streams.run;

import dev.tidings.service.kafka.LeaderlessPartitions;
import dev.tidings.service.kafka.tables.GroupCommits;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Comparator;
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
 * Ensures that a run starts at offsets of the present topics. If a topic was deleted and recreated,
 * the group's commits belong to the old topic, so the new one is read from its beginning. For one
 * thread, except {@link #reason} and {@link #silent}.
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
  private volatile Set<TopicPartition> silent = Set.of();

  /**
   * Creates the continuity check of a group.
   *
   * @param sources the topics that the group reads
   * @param tables the topics of its tables
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

  /** Returns what must be waited for before a run can begin; empty if nothing. Thread-safe. */
  String reason() {
    return reason;
  }

  /**
   * Returns a description of the partitions whose commits could not be compared with their ends;
   * empty if there is none. Nothing can be read of them, so a run begins without their answers.
   * Thread-safe.
   */
  String silent() {
    Set<TopicPartition> now = silent;
    return now.isEmpty()
        ? ""
        : "no answer from "
            + LeaderlessPartitions.names(
                now.stream().sorted(Comparator.comparing(TopicPartition::toString)).toList());
  }

  /** Compares those that did not answer once more, without waiting long for them. */
  void askSilent() throws InterruptedException, ExecutionException {
    if (!silent.isEmpty()) {
      rewindForeign(silent, false);
    }
  }

  /** Returns the current ids of all topics; empty while one of them does not exist. */
  Optional<Map<String, Uuid>> ids() throws InterruptedException, ExecutionException {
    return offsets.describe(topics).map(Continuity::ids);
  }

  private static Map<String, Uuid> ids(Map<String, TopicDescription> described) {
    return described.values().stream()
        // A broker that reports no ids cannot show that a topic was recreated.
        .filter(topic -> !topic.topicId().equals(Uuid.ZERO_UUID))
        .collect(Collectors.toMap(TopicDescription::name, TopicDescription::topicId));
  }

  /** Returns whether a topic has another id than before, among those with two known ids. */
  static boolean differ(Map<String, Uuid> before, Map<String, Uuid> now) {
    return now.keySet().stream().anyMatch(topic -> differ(before, now, topic));
  }

  private static boolean differ(Map<String, Uuid> before, Map<String, Uuid> now, String topic) {
    Uuid then = before.get(topic);
    Uuid id = now.get(topic);
    return then != null && id != null && !then.equals(id);
  }

  /** Logs which topics were recreated, and what happens next. */
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
   * Makes the group's commits valid for the present topics.
   *
   * @return the ids of the topics; empty if something must be waited for
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
    rewindForeign(partitions(described.get(), sources), true);
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

  /**
   * Rewinds partitions whose commit is beyond the end of the log, or names a later leader than they
   * have. Running members get an out-of-range error from the brokers and start again by themselves.
   */
  private void rewindForeign(Set<TopicPartition> partitions, boolean some)
      throws InterruptedException, ExecutionException {
    GroupCommits.Compared compared = offsets.compare(partitions, some);
    Set<TopicPartition> foreign = compared.foreign();
    if (!compared.silent().isEmpty() && !compared.silent().equals(silent)) {
      log.warn("{} do not answer: all others are read meanwhile", compared.silent());
    }
    silent = compared.silent();
    if (!foreign.isEmpty() && offsets.rewind(foreign)) {
      log.error(
          "{} end before what was read of them, or have earlier leaders: they are read from their"
              + " beginning",
          foreign);
      tailLost.increment(foreign.size());
    }
  }

  /** Commits the known ids again, because brokers delete old commits. */
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
