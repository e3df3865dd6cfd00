package dev.tidings.infra.load;

import dev.tidings.infra.ledger.Terms;

/**
 * A notification to be sent, once or repeatedly.
 *
 * @param app the app's name
 * @param path its route
 * @param insists whether it is sent again, under the same id, if it may not have been accepted
 */
public record Push(String token, String app, String id, Terms terms, Path path, boolean insists) {

  /** The routes into the log. */
  public enum Path {
    /** The APNs endpoint. */
    HTTP,
    /** Kafka, in the partition that Kafka's own clients choose. */
    KAFKA,
    /** Kafka, in the partition that librdkafka chooses: another one, always the same. */
    KAFKA_CRC32,
    /** Kafka, in any partition. */
    KAFKA_ANY
  }

  String payload() {
    return "{\"aps\":{\"alert\":\"" + id + "\"}}";
  }
}
