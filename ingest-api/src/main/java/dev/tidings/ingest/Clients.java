package dev.tidings.ingest;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Creates Kafka clients from the configuration. */
final class Clients {
  private static final String READ_COMMITTED = IsolationLevel.READ_COMMITTED.toString();

  private Clients() {}

  static Admin admin(Map<String, String> kafka, String clientId) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(AdminClientConfig.CLIENT_ID_CONFIG, clientId);
    return Admin.create(settings);
  }

  /** Returns a consumer of bytes without a group, which starts at the beginning by default. */
  static Consumer<byte[], byte[]> consumer(Map<String, String> kafka, String clientId) {
    return consumer(kafka, clientId, "earliest");
  }

  /**
   * As {@link #consumer(Map, String)}.
   *
   * @param reset what it does at an offset that the log does not have: a value of Kafka's {@code
   *     auto.offset.reset}
   */
  static Consumer<byte[], byte[]> consumer(
      Map<String, String> kafka, String clientId, String reset) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, reset);
    // Records of an aborted transaction of a provider are never read.
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, READ_COMMITTED);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
