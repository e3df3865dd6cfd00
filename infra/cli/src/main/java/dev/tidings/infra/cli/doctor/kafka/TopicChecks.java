package dev.tidings.infra.cli.doctor.kafka;

import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.schemas.topic.FoundTopic;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicDifference;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.start.TopicReader;
import dev.tidings.service.start.TopicsFound;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/**
 * Whether the topics are there, and are as {@code topics create} makes them.
 *
 * @param names what they are called
 * @param bootstrapServers where they are
 */
record TopicChecks(TopicNames names, String bootstrapServers) {
  /** What the command takes where it is not told. */
  private static final String LOCAL = "localhost:9092";

  private static final String WHAT = "topics";

  List<Check> check(Admin admin, Brokers brokers) throws InterruptedException, ExecutionException {
    List<LogTopic<?>> wanted = names.all(LogTopics.all());
    TopicsFound topics =
        new TopicsFound(
            wanted, new TopicReader(admin).read(wanted.stream().map(LogTopic::name).toList()));
    List<Check> checks = findings(topics, brokers, create());
    return checks.isEmpty()
        ? List.of(
            Check.sound(
                WHAT,
                "%d, as expected; %d partitions".formatted(wanted.size(), topics.partitions())))
        : checks;
  }

  /** Returns the command that makes them. */
  private String create() {
    String prefix = names.group("");
    return "./tidings topics create"
        + (bootstrapServers.equals(LOCAL) ? "" : " --bootstrap-servers " + bootstrapServers)
        + (prefix.isEmpty() ? "" : " --topic-prefix " + prefix);
  }

  /**
   * Returns what is wrong with them.
   *
   * @param create the command that makes them
   */
  static List<Check> findings(TopicsFound topics, Brokers brokers, String create) {
    List<Check> checks = new ArrayList<>();
    for (String missing : topics.missing()) {
      checks.add(Check.failed(WHAT, missing + " is missing", create));
    }
    for (TopicDifference difference :
        topics.differences(Optional.of(topics.partitions()).filter(number -> number > 0))) {
      checks.add(
          difference.vital()
              ? Check.failed(WHAT, difference.toString(), fix(difference, create))
              : Check.weak(WHAT, difference.toString(), fix(difference, create)));
    }
    topics.found().values().stream()
        .sorted(java.util.Comparator.comparing(FoundTopic::name))
        .forEach(topic -> replicas(topic, brokers).ifPresent(checks::add));
    topics.found().values().stream()
        .filter(topic -> !topic.unwritable().isEmpty())
        .forEach(topic ->
            checks.add(
                Check.failed(
                    WHAT,
                    "%s: %d of %d partitions take no records now"
                        .formatted(topic.name(), topic.unwritable().size(), topic.partitions()),
                    "start the brokers that have them")));
    return checks;
  }

  private static Optional<Check> replicas(FoundTopic topic, Brokers brokers) {
    return topic.replicas() >= brokers.replicas()
        ? Optional.empty()
        : Optional.of(
            Check.failed(
                WHAT,
                "%s: %d replicas (expected: %d, on %s)"
                    .formatted(topic.name(), topic.replicas(), brokers.replicas(), brokers),
                "kafka-reassign-partitions.sh, with %d replicas for each partition"
                    .formatted(brokers.replicas())));
  }

  private static String fix(TopicDifference difference, String create) {
    return switch (difference.what()) {
      case "partitions" ->
          "the number cannot be changed: new topics with another topic.prefix, or the number back";
      case "replicas" -> "kafka-reassign-partitions.sh, with as many replicas as the others have";
      default -> create;
    };
  }
}
