package dev.tidings.infra.chaos;

import static java.util.Objects.requireNonNull;

import dev.tidings.infra.topics.TopicProvisioner;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.TopicNames;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** Deletes a topic and recreates it, empty. */
record TopicMadeAnew(String bootstrapServers) {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration GONE_WITHIN = Duration.ofSeconds(30);

  void run(LogTopic<?> topic) throws InterruptedException {
    String name = topic.name();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      int partitions =
          requireNonNull(admin.describeTopics(Set.of(name)).allTopicNames().get().get(name))
              .partitions()
              .size();
      admin.deleteTopics(Set.of(name)).all().get();
      long deadline = System.nanoTime() + GONE_WITHIN.toNanos();
      while (admin.listTopics().names().get().contains(name)) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(name + " is still there (expected: deleted)");
        }
        Thread.sleep(LOOK_EVERY);
      }
      var _ = new TopicProvisioner(admin, partitions, Optional.empty()).provision(TopicNames.PLAIN);
    } catch (ExecutionException e) {
      throw new IllegalStateException(name + " can't be made anew", e.getCause());
    }
  }
}
