package dev.tidings.schemas.topic;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * A topic of the log (Kafka's kind; an app's is an {@code AppTopic}, MQTT's an {@code MqttTopic}).
 *
 * @param name as Kafka knows it
 * @param key what the key's bytes are, for documents and tools
 * @param value the type of the value; empty where the bytes are kept as they came
 * @param cleanup how Kafka keeps it
 * @param retention how long, for {@link Cleanup#DELETE} and {@link Cleanup#COMPACT_DELETE}
 */
public record LogTopic<V extends SpecificRecord>(
    String name,
    String key,
    Optional<Class<V>> value,
    Cleanup cleanup,
    Optional<Duration> retention) {

  /** How Kafka keeps a topic: {@code cleanup.policy}. */
  public enum Cleanup {
    DELETE("delete"),
    COMPACT("compact"),
    COMPACT_DELETE("compact,delete");

    private final String policy;

    Cleanup(String policy) {
      this.policy = policy;
    }
  }

  /** The subject its values' schema is registered under. */
  public String subject() {
    return name + "-value";
  }

  /** The schema of its values. */
  public Optional<Schema> schema() {
    return value.map(type -> SpecificData.get().getSchema(type));
  }

  /** The topic's configuration, by Kafka's names, where it differs from a broker's defaults. */
  public Map<String, String> configs() {
    Map<String, String> configs = new LinkedHashMap<>();
    configs.put("cleanup.policy", cleanup.policy);
    configs.put("retention.ms", retention.map(kept -> Long.toString(kept.toMillis())).orElse("-1"));
    return configs;
  }

  @Override
  public String toString() {
    return name;
  }
}
