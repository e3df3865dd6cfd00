package dev.tidings.infra.cli.doctor.kafka;

import static java.util.Objects.requireNonNull;

import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.infra.cli.doctor.check.ClockDifference;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * Whether the brokers' clocks agree with this machine's. A broker writes its time into each record
 * ({@code LogAppendTime}): one that was written in the future shows a clock that is ahead. The
 * leader of the controllers tells its time with the state of its followers.
 */
record BrokerClocks(TopicNames names, InstantSource clock) {
  private static final String WHAT = "broker clocks";

  List<Check> check(Admin admin, Brokers brokers) throws ExecutionException, InterruptedException {
    List<Check> checks = new ArrayList<>();
    controller(admin).ifPresent(checks::add);
    checks.addAll(records(admin));
    return checks;
  }

  private Optional<Check> controller(Admin admin) throws InterruptedException, ExecutionException {
    try {
      Instant asked = clock.instant();
      QuorumInfo quorum = admin.describeMetadataQuorum().quorumInfo().get();
      Instant answered = clock.instant();
      Instant middle = asked.plus(Duration.between(asked, answered).dividedBy(2));
      return quorum.voters().stream()
          .filter(voter -> voter.replicaId() == quorum.leaderId())
          .flatMap(leader -> leader.lastCaughtUpTimestamp().stream().boxed())
          .filter(millis -> millis > 0)
          .findFirst()
          .map(millis ->
              new ClockDifference("controller " + quorum.leaderId(), Instant.ofEpochMilli(millis))
                  .check(middle));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException
          || e.getCause() instanceof UnsupportedVersionException) {
        // The records still tell.
        return Optional.empty();
      }
      throw e;
    }
  }

  private List<Check> records(Admin admin) throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> newest = new HashMap<>();
    List<String> written =
        List.of(
            names.of(LogTopics.NOTIFICATIONS),
            names.of(LogTopics.CONTROL),
            names.of(LogTopics.RECEIPTS));
    for (String name : written) {
      try {
        TopicDescription topic =
            requireNonNull(admin.describeTopics(List.of(name)).topicNameValues().get(name)).get();
        topic
            .partitions()
            .forEach(each ->
                newest.put(new TopicPartition(name, each.partition()), OffsetSpec.maxTimestamp()));
      } catch (ExecutionException e) {
        // What is missing is said with the topics.
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
    }
    Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(newest).all().get();
    return List.of(records(found, clock.instant()));
  }

  /** Returns what the newest records say. */
  static Check records(Map<TopicPartition, ListOffsetsResultInfo> newest, Instant now) {
    return newest.entrySet().stream()
        .filter(entry -> entry.getValue().timestamp() > 0)
        .max(java.util.Comparator.comparingLong(entry -> entry.getValue().timestamp()))
        .map(entry -> {
          Instant at = Instant.ofEpochMilli(entry.getValue().timestamp());
          return at.isAfter(now)
              ? new ClockDifference(
                      "the broker that wrote the newest record of " + entry.getKey(), at)
                  .check(now)
              : Check.sound(WHAT, "the newest record is of " + at + ", not of the future");
        })
        .orElseGet(() -> Check.sound(WHAT, "there is no record yet to compare with"));
  }
}
