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

/** Makes clients of the log as the configuration has them. */
final class Clients {
  private static final String READ_COMMITTED = IsolationLevel.READ_COMMITTED.toString();

  private Clients() {}

  static Admin admin(Map<String, String> kafka, String clientId) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(AdminClientConfig.CLIENT_ID_CONFIG, clientId);
    return Admin.create(settings);
  }

  /** A consumer without a group, reading bytes, from the beginning if it is told nothing else. */
  static Consumer<byte[], byte[]> consumer(Map<String, String> kafka, String clientId) {
    return consumer(kafka, clientId, "earliest");
  }

  /**
   * As {@link #consumer(Map, String)}.
   *
   * @param reset what it does where the log does not have what it is to read: as Kafka's setting
   */
  static Consumer<byte[], byte[]> consumer(
      Map<String, String> kafka, String clientId, String reset) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, reset);
    // What a provider's transaction took back is not there for anybody.
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, READ_COMMITTED);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
