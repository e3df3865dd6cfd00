package dev.tidings.streams.run;

import dev.tidings.service.kafka.tables.GroupCommits;
import dev.tidings.service.kafka.tables.TopicsOfCommits;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The committed offsets of the group, and the ids of the topics they belong to. Kafka Streams
 * commits a topic's name and an offset: if the topic is deleted and recreated, the old offset is
 * taken for one of the new topic, and all records before it count as read. So the ids are kept too,
 * as the metadata of commits of a second group, which never has a member.
 */
public final class GroupOffsets implements AutoCloseable {
  private final Admin admin;
  private final GroupCommits commits;
  private final GroupCommits kept;
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
    this.commits = new GroupCommits(admin, group);
    this.kept = new GroupCommits(admin, TopicsOfCommits.group(group));
    this.sources = Set.copyOf(sources);
    Set<String> all = new HashSet<>(sources);
    all.add(other);
    this.places = all.stream().sorted().map(topic -> new TopicPartition(topic, 0)).toList();
  }

  /** Returns the name of the second group. */
  String idsGroup() {
    return kept.group();
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
    return kept.all().values().stream()
        .map(OffsetAndMetadata::metadata)
        .flatMap(metadata -> TopicsOfCommits.parse(metadata).stream())
        .map(TopicsOfCommits::ids)
        .findAny()
        .orElse(Map.of());
  }

  /** Records that the commits belong to these topics. */
  void keep(Map<String, Uuid> ids) throws InterruptedException, ExecutionException {
    Map<String, Uuid> read = new HashMap<>(ids);
    read.keySet().retainAll(sources);
    String metadata = new TopicsOfCommits(read).metadata();
    Map<TopicPartition, OffsetAndMetadata> all = new LinkedHashMap<>();
    places.forEach(place -> all.put(place, new OffsetAndMetadata(0, metadata)));
    admin.alterConsumerGroupOffsets(idsGroup(), all).all().get();
  }

  /**
   * As {@link GroupCommits#rewind}.
   *
   * @return whether it was done; false while the group has members
   */
  boolean rewind(Set<TopicPartition> partitions) throws InterruptedException, ExecutionException {
    return commits.rewind(partitions);
  }

  /** As {@link GroupCommits#compare}. */
  GroupCommits.Compared compare(Set<TopicPartition> partitions, boolean some)
      throws InterruptedException, ExecutionException {
    return commits.compare(partitions, some);
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
