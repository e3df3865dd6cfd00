package dev.tidings.infra.cli.doctor;

import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicDifference;
import dev.tidings.service.start.TopicReader;
import dev.tidings.service.start.TopicsFound;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/** Whether the brokers answer, and have the topics as the services need them. */
record KafkaChecks(Site site) {
  private static final String KAFKA = "Kafka";
  private static final String TOPICS = "topics";
  private static final int PATIENCE_MILLIS = 5_000;

  List<Check> run() throws InterruptedException {
    Map<String, Object> settings = new TreeMap<>(site.clients());
    settings.put("default.api.timeout.ms", PATIENCE_MILLIS);
    settings.put("request.timeout.ms", PATIENCE_MILLIS / 2);
    List<Check> checks = new ArrayList<>();
    try (Admin admin = Admin.create(settings)) {
      int brokers = admin.describeCluster().nodes().get().size();
      checks.add(
          Check.sound(
              KAFKA,
              "%s: %d broker%s"
                  .formatted(site.bootstrapServers(), brokers, brokers == 1 ? "" : "s")));
      checks.addAll(topics(admin));
    } catch (ExecutionException | KafkaException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      checks.add(
          Check.failed(
              checks.isEmpty() ? KAFKA : TOPICS,
              "%s: %s (expected: brokers that answer)"
                  .formatted(
                      site.bootstrapServers(),
                      why instanceof TimeoutException
                          ? "no answer within %d s".formatted(PATIENCE_MILLIS / 1_000)
                          : String.valueOf(why.getMessage()))));
    }
    return checks;
  }

  private List<Check> topics(Admin admin) throws InterruptedException, ExecutionException {
    var wanted = site.names().all(LogTopics.all());
    TopicsFound topics =
        new TopicsFound(
            wanted,
            new TopicReader(admin).read(wanted.stream().map(topic -> topic.name()).toList()));
    List<Check> checks = new ArrayList<>();
    for (String missing : topics.missing()) {
      checks.add(Check.failed(TOPICS, missing + " is missing (./tidings topics create)"));
    }
    for (TopicDifference difference :
        topics.differences(Optional.of(topics.partitions()).filter(number -> number > 0))) {
      checks.add(new Check(TOPICS, !difference.vital(), difference + " (./tidings topics create)"));
    }
    topics.found().values().stream()
        .filter(topic -> !topic.unwritable().isEmpty())
        .forEach(topic ->
            checks.add(
                Check.failed(
                    TOPICS,
                    "%s: %d of %d partitions take no records now"
                        .formatted(topic.name(), topic.unwritable().size(), topic.partitions()))));
    return checks.isEmpty()
        ? List.of(
            Check.sound(
                TOPICS,
                "%d, as expected; %d partitions".formatted(wanted.size(), topics.partitions())))
        : checks;
  }
}
