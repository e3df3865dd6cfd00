package dev.tidings.service.kafka;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;

/**
 * Asks a broker for topic ids; the id is {@link Uuid#ZERO_UUID} if the broker reports none.
 *
 * @param admin owned and closed by the caller
 */
public record AdminTopicIds(Admin admin) implements TopicIds {
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
}
