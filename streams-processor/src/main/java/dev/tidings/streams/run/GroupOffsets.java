package dev.tidings.streams.run;

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
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
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
 * What the group has committed, and the ids of the topics that it is of. Kafka Streams commits a
 * topic's name and an offset: where the topic is deleted and made anew, the old offset passes for
 * one of the new topic, and whatever comes before it for read. So the ids are kept as well: as the
 * metadata of commits of a second group, which never has a member.
 */
public final class GroupOffsets implements AutoCloseable {
  private static final String SUFFIX = "-topics";
  private static final String VERSION = "1";

  private final Admin admin;
  private final String group;
  private final Set<String> sources;
  private final List<TopicPartition> places;

  /**
   * The offsets of a group.
   *
   * @param sources the topics that the group reads
   * @param other a topic that it does not read. Brokers forget what is committed of a topic when
   *     that is deleted, so the ids stand at each of them
   */
  public GroupOffsets(Admin admin, String group, Set<String> sources, String other) {
    this.admin = admin;
    this.group = group;
    this.sources = Set.copyOf(sources);
    Set<String> all = new HashSet<>(sources);
    all.add(other);
    this.places = all.stream().sorted().map(topic -> new TopicPartition(topic, 0)).toList();
  }

  /** What the second group is called. */
  String idsGroup() {
    return group + SUFFIX;
  }

  /** Topics as the brokers have them now; empty if one of them does not exist. */
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

  /** The ids of the topics that the commits are of, as far as that is known. */
  Map<String, Uuid> ids() throws InterruptedException, ExecutionException {
    return commits(idsGroup()).values().stream()
        .map(OffsetAndMetadata::metadata)
        .flatMap(metadata -> parse(metadata).stream())
        .findAny()
        .orElse(Map.of());
  }

  /** Says that the commits are of these topics. */
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
   * Has the group begin these partitions with the first record that is kept. Nobody is skipped who
   * is still at work: brokers refuse it as long as the group has a member, and one that was stopped
   * meanwhile, and wakes up, is no member any more, so that its commits are refused.
   *
   * @return whether it was done; not while there are members
   */
  boolean rewind(Set<TopicPartition> partitions) throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();
    offsets(partitions, OffsetSpec.earliest())
        .forEach((partition, start) -> starts.put(partition, new OffsetAndMetadata(start)));
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

  private static boolean isInUse(@Nullable Throwable failure) {
    return failure instanceof UnknownMemberIdException
        || failure instanceof IllegalGenerationException
        || failure instanceof RebalanceInProgressException
        || failure instanceof GroupNotEmptyException;
  }

  /** Those of the partitions of which more was committed than there is. */
  Set<TopicPartition> beyondEnd(Set<TopicPartition> partitions)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>(commits(group));
    committed.keySet().retainAll(partitions);
    // Behind the commits: what is written in between does no harm.
    Map<TopicPartition, Long> ends = offsets(committed.keySet(), OffsetSpec.latest());
    return committed.entrySet().stream()
        .filter(commit ->
            commit.getValue().offset() > ends.getOrDefault(commit.getKey(), Long.MAX_VALUE))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
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

  private Map<TopicPartition, Long> offsets(Set<TopicPartition> partitions, OffsetSpec which)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> asked =
        partitions.stream().collect(Collectors.toMap(partition -> partition, any -> which));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> answer :
        admin.listOffsets(asked).all().get().entrySet()) {
      offsets.put(answer.getKey(), answer.getValue().offset());
    }
    return offsets;
  }
}
