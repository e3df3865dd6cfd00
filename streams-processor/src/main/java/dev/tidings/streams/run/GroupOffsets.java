package dev.tidings.streams.run;

import dev.tidings.service.kafka.OffsetAnswers;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * The committed offsets of the group, and the ids of the topics they belong to. Kafka Streams
 * commits a topic's name and an offset: if the topic is deleted and recreated, the old offset is
 * taken for one of the new topic, and all records before it count as read. So the ids are kept too,
 * as the metadata of commits of a second group, which never has a member.
 */
public final class GroupOffsets implements AutoCloseable {
  private static final String SUFFIX = "-topics";
  private static final String VERSION = "1";

  /**
   * How long the others wait for a partition that does not answer: longer than any leader takes.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Admin admin;
  private final String group;
  private final Set<String> sources;
  private final List<TopicPartition> places;

  /**
   * Creates the offsets of a group.
   *
   * @param sources the topics that the group reads
   * @param other a topic that it does not read. Brokers delete the commits of a topic with the
   *     topic, so the ids are stored with the commit of each topic
   */
  public GroupOffsets(Admin admin, String group, Set<String> sources, String other) {
    this.admin = admin;
    this.group = group;
    this.sources = Set.copyOf(sources);
    Set<String> all = new HashSet<>(sources);
    all.add(other);
    this.places = all.stream().sorted().map(topic -> new TopicPartition(topic, 0)).toList();
  }

  /** Returns the name of the second group. */
  String idsGroup() {
    return group + SUFFIX;
  }

  /** Returns the current description of topics; empty if one of them does not exist. */
  Optional<Map<String, TopicDescription>> describe(Collection<String> topics)
      throws InterruptedException, ExecutionException {
    try {
      return Optional.of(admin.describeTopics(topics).allTopicNames().get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Returns the ids of the topics to which the commits belong, as far as they are known. */
  Map<String, Uuid> ids() throws InterruptedException, ExecutionException {
    return commits(idsGroup()).values().stream()
        .map(OffsetAndMetadata::metadata)
        .flatMap(metadata -> parse(metadata).stream())
        .findAny()
        .orElse(Map.of());
  }

  /** Records that the commits belong to these topics. */
  void keep(Map<String, Uuid> ids) throws InterruptedException, ExecutionException {
    String metadata =
        new TreeMap<>(ids)
            .entrySet().stream()
                .filter(topic -> sources.contains(topic.getKey()))
                .map(topic -> topic.getKey() + "=" + topic.getValue())
                .collect(Collectors.joining(" ", VERSION + " ", ""));
    Map<TopicPartition, OffsetAndMetadata> all = new LinkedHashMap<>();
    places.forEach(place -> all.put(place, new OffsetAndMetadata(0, metadata)));
    admin.alterConsumerGroupOffsets(idsGroup(), all).all().get();
  }

  private static Optional<Map<String, Uuid>> parse(String metadata) {
    String[] parts = metadata.split(" ", -1);
    if (!parts[0].equals(VERSION)) {
      return Optional.empty();
    }
    Map<String, Uuid> ids = new HashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int end = parts[i].indexOf('=');
      try {
        ids.put(
            parts[i].substring(0, Math.max(0, end)), Uuid.fromString(parts[i].substring(end + 1)));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    return Optional.of(ids);
  }

  /**
   * Resets these partitions to the first record that is kept. Running members are not disturbed:
   * brokers refuse the reset while the group has members, and a process that was suspended
   * meanwhile is no longer a member when it resumes, so its commits are refused.
   *
   * @return whether it was done; false while the group has members
   */
  boolean rewind(Set<TopicPartition> partitions) throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();
    OffsetAnswers answers = offsets(partitions, OffsetSpec.earliest(), true);
    answers.offsets().forEach((partition, start) -> starts.put(partition, commit(start)));
    // Of one that does not answer: what is before the first record is read from the first record.
    answers.silent().forEach(partition -> starts.put(partition, commit(0)));
    try {
      admin.alterConsumerGroupOffsets(group, starts).all().get();
      return true;
    } catch (ExecutionException e) {
      if (isInUse(e.getCause())) {
        return false;
      }
      throw e;
    }
  }

  private static OffsetAndMetadata commit(long offset) {
    return new OffsetAndMetadata(offset);
  }

  private static boolean isInUse(@Nullable Throwable failure) {
    return failure instanceof UnknownMemberIdException
        || failure instanceof IllegalGenerationException
        || failure instanceof RebalanceInProgressException
        || failure instanceof GroupNotEmptyException;
  }

  /**
   * What the ends of partitions say.
   *
   * @param beyond those whose committed offset is beyond the end of the log
   * @param silent those that do not answer, for example because they have no leader
   */
  record Ends(Set<TopicPartition> beyond, Set<TopicPartition> silent) {}

  /**
   * Compares the commits with the ends of these partitions.
   *
   * @param some whether at least one of them has to answer
   * @throws ExecutionException if one refuses to; or if some have to answer, and none does
   */
  Ends ends(Set<TopicPartition> partitions, boolean some)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>(commits(group));
    // Read after the commits: records written in between do no harm.
    OffsetAnswers ends = offsets(partitions, OffsetSpec.latest(), some);
    Set<TopicPartition> beyond = new HashSet<>();
    ends.offsets()
        .forEach((partition, end) -> {
          OffsetAndMetadata commit = committed.get(partition);
          if (commit != null && commit.offset() > end) {
            beyond.add(partition);
          }
        });
    return new Ends(beyond, ends.silent());
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }

  private Map<TopicPartition, OffsetAndMetadata> commits(String of)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
    try {
      admin
          .listConsumerGroupOffsets(of)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach((partition, commit) -> {
            if (commit != null) {
              commits.put(partition, commit);
            }
          });
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        throw e;
      }
    }
    return commits;
  }

  private OffsetAnswers offsets(Set<TopicPartition> partitions, OffsetSpec which, boolean some)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> asked =
        partitions.stream().collect(Collectors.toMap(partition -> partition, any -> which));
    return OffsetAnswers.of(admin.listOffsets(asked), partitions, PATIENCE, some);
  }
}
