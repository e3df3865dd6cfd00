package dev.tidings.service.kafka;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;

/** Tells Kafka's id of a topic: another one of the same name has another. Thread-safe. */
@FunctionalInterface
public interface TopicIds {
  /** Completes on any thread; exceptionally if the broker does not answer, or has no such topic. */
  CompletionStage<Uuid> of(String topic);
}
