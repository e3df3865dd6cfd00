package dev.tidings.streams.start;

import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryException;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has to be there before anything is read; waits for it and says in the log for what. */
public final class Prerequisites {
  private static final Logger log = LoggerFactory.getLogger(Prerequisites.class);

  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
  private static final int ATTEMPT_MILLIS = 5_000;
  private static final List<LogTopic<?>> TOPICS =
      List.of(
          LogTopics.NOTIFICATIONS,
          LogTopics.REGISTRATIONS,
          LogTopics.DELIVERIES,
          LogTopics.RECEIPTS,
          LogTopics.DEAD_LETTERS);

  private final Duration timeout;
  private final long deadline;

  /** From now on the time runs in which all of it has to be there. */
  public Prerequisites(Duration timeout) {
    this.timeout = timeout;
    this.deadline = System.nanoTime() + timeout.toNanos();
  }

  @FunctionalInterface
  private interface Check {
    /** What is missing. */
    Optional<String> missing() throws InterruptedException;
  }

  /**
   * Waits for the broker and every topic.
   *
   * @throws IllegalStateException naming what was missing when the time was up
   */
  public void awaitTopics(Map<String, String> kafka) throws InterruptedException {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ATTEMPT_MILLIS);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ATTEMPT_MILLIS);
    String broker = "broker " + kafka.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
    try (Admin admin = Admin.create(settings)) {
      await(() -> missing(admin, broker));
    }
  }

  /** Waits for the registry, and has it know the schemas this service writes. */
  public void awaitSchemas(RegistryClient registry) throws InterruptedException {
    await(() -> {
      try {
        for (LogTopic<?> topic : List.of(LogTopics.DELIVERIES, LogTopics.RECEIPTS)) {
          registry.id(topic.subject(), topic.schema().orElseThrow());
        }
        return Optional.empty();
      } catch (RegistryException.Unavailable e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    });
  }

  private static Optional<String> missing(Admin admin, String broker) throws InterruptedException {
    Map<String, Integer> partitions = new HashMap<>();
    var described = admin.describeTopics(TOPICS.stream().map(LogTopic::name).toList());
    for (var topic : described.topicNameValues().entrySet()) {
      try {
        TopicDescription found = topic.getValue().get();
        partitions.put(topic.getKey(), found.partitions().size());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof AuthenticationException
            || e.getCause() instanceof AuthorizationException) {
          throw new IllegalStateException(broker + " refuses this service", e.getCause());
        }
        return Optional.of(
            e.getCause() instanceof UnknownTopicOrPartitionException
                ? broker + ": topic " + topic.getKey() + " is missing (expected: to be provisioned)"
                : broker + " does not answer");
      }
    }
    // A token's notifications and its registration have to be read by the same task.
    if (!Objects.equals(
        partitions.get(LogTopics.NOTIFICATIONS.name()),
        partitions.get(LogTopics.REGISTRATIONS.name()))) {
      throw new IllegalStateException(
          "partitions: "
              + partitions
              + " (expected: as many of notifications as of registrations)");
    }
    return Optional.empty();
  }

  private void await(Check check) throws InterruptedException {
    long nextLine = System.nanoTime();
    for (Optional<String> missing = check.missing();
        missing.isPresent();
        missing = check.missing()) {
      if (System.nanoTime() - deadline >= 0) {
        throw new IllegalStateException(
            missing.get() + ", given up after " + timeout.toSeconds() + " s");
      }
      if (System.nanoTime() - nextLine >= 0) {
        nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();
        log.info("waiting: {}", missing.get());
      }
      Thread.sleep(PAUSE);
    }
  }
}
