package dev.tidings.ingest.audit;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Uuid;

/** What brokers know of topics and groups. Blocks for a few seconds at most. */
interface LogPositions {
  /** Returns what a group has committed of a topic, by partition. */
  Map<Integer, OffsetAndMetadata> committed(String group, String topic) throws InterruptedException;

  /**
   * Returns Kafka's id of the topic that the commits of a group are of, if that is known: what was
   * committed of a topic that was deleted since counts for the one that has its name now.
   */
  Optional<Uuid> committedOf(String group, String topic) throws InterruptedException;

  /** Returns the end of each partition of a topic that has records. */
  Map<Integer, Long> ends(String topic) throws InterruptedException;

  /** Returns Kafka's id of a topic, which another one of the same name does not have. */
  Uuid id(String topic) throws InterruptedException;
}
