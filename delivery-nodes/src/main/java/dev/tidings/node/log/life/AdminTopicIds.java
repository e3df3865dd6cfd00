package dev.tidings.node.log.life;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;

/** Asks a broker. */
public final class AdminTopicIds implements TopicIds, AutoCloseable {
  private final Admin admin;

  public AdminTopicIds(Map<String, Object> settings) {
    admin = Admin.create(settings);
  }

  @Override
  public CompletionStage<Uuid> of(String topic) {
    return admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .toCompletionStage()
        .thenApply(all ->
            Optional.ofNullable(all.get(topic))
                .map(TopicDescription::topicId)
                .orElse(Uuid.ZERO_UUID));
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
