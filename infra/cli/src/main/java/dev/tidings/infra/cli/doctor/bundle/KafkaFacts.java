package dev.tidings.infra.cli.doctor.bundle;

import static java.util.Objects.requireNonNull;

import dev.tidings.infra.cli.doctor.check.Site;
import dev.tidings.infra.cli.doctor.kafka.KafkaChecks;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/**
 * The topics as the brokers have them, and how far each group is behind.
 *
 * @param site where the brokers are
 */
record KafkaFacts(Site site) {
  private static final String GROUPS = "tidings-";

  void addTo(Archive archive) throws IOException, InterruptedException {
    try (Admin admin = Admin.create(KafkaChecks.clientSettings(site))) {
      archive.add("kafka/topics.jsonl", topics(admin));
      archive.add("kafka/groups.jsonl", groups(admin));
    } catch (ExecutionException | KafkaException e) {
      archive.add("kafka/failed.txt", e + "\n");
    }
  }

  private String topics(Admin admin) throws ExecutionException, InterruptedException {
    List<String> wanted = new ArrayList<>();
    site.names().all(LogTopics.all()).stream().map(LogTopic::name).forEach(wanted::add);
    wanted.retainAll(admin.listTopics().names().get());
    Map<String, TopicDescription> topics =
        new TreeMap<>(admin.describeTopics(wanted).allTopicNames().get());
    Map<ConfigResource, Config> configs =
        admin
            .describeConfigs(
                wanted.stream()
                    .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                    .toList())
            .all()
            .get();
    return topics.values().stream()
        .map(topic ->
            Facts.of("topic", topic.name())
                .and("partitions", topic.partitions().stream().map(KafkaFacts::partition).toList())
                .and(
                    "settings",
                    values(
                        configs.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))))
                .json())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static Facts partition(org.apache.kafka.common.TopicPartitionInfo partition) {
    return Facts.of("partition", partition.partition())
        .and("leader", partition.leader() == null ? null : partition.leader().id())
        .and("replicas", partition.replicas().stream().map(Node::id).toList())
        .and("inSync", partition.isr().stream().map(Node::id).toList());
  }

  private static Map<String, String> values(@org.jspecify.annotations.Nullable Config config) {
    Map<String, String> values = new TreeMap<>();
    if (config != null) {
      for (ConfigEntry entry : config.entries()) {
        boolean hidden = entry.isSensitive() || SecretNames.isSecret(entry.name());
        values.put(entry.name(), hidden ? SecretNames.HIDDEN : String.valueOf(entry.value()));
      }
    }
    return values;
  }

  private String groups(Admin admin) throws ExecutionException, InterruptedException {
    List<String> groups =
        admin.listGroups().all().get().stream()
            .map(GroupListing::groupId)
            .filter(id -> id.startsWith(site.names().group(GROUPS)))
            .sorted()
            .toList();
    StringBuilder lines = new StringBuilder();
    for (String group : groups) {
      Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
      admin
          .listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec()))
          .partitionsToOffsetAndMetadata(group)
          .get()
          .forEach((partition, offset) -> {
            if (offset != null) {
              committed.put(partition, offset);
            }
          });
      lines.append(lag(admin, group, committed));
    }
    return lines.toString();
  }

  /** What a group has written beside its offsets is left out. */
  private static String lag(
      Admin admin, String group, Map<TopicPartition, OffsetAndMetadata> committed)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, ListOffsetsResultInfo> ends =
        admin
            .listOffsets(
                committed.keySet().stream()
                    .collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest())))
            .all()
            .get();
    return ends.entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
        .map(entry -> {
          long offset = requireNonNull(committed.get(entry.getKey())).offset();
          return Facts.of("group", group)
              .and("topic", entry.getKey().topic())
              .and("partition", entry.getKey().partition())
              .and("committed", offset)
              .and("end", entry.getValue().offset())
              .and("lag", entry.getValue().offset() - offset)
              .json();
        })
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
