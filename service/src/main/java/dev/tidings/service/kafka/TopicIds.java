package dev.tidings.service.kafka;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;

/**
 * Looks up Kafka's id of a topic: a recreated topic of the same name has another id. Thread-safe.
 */
@FunctionalInterface
public interface TopicIds {
  /** Completes on any thread; exceptionally if the broker does not answer, or has no such topic. */
  CompletionStage<Uuid> of(String topic);
}
