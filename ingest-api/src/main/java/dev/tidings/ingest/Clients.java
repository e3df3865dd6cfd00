package dev.tidings.ingest;

import dev.tidings.schemas.registry.RegistryConfig;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.Setting;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Makes clients of the log and the registry as the configuration has them. */
final class Clients {
  private Clients() {}

  static RegistryConfig registry(Config config) {
    Map<String, String> properties = new HashMap<>();
    put(properties, config, IngestSettings.REGISTRY_URL);
    put(properties, config, IngestSettings.REGISTRY_CREDENTIALS);
    put(properties, config, IngestSettings.REGISTRY_USER);
    properties.put(
        RegistryConfig.AUTO_REGISTER, config.get(IngestSettings.REGISTRY_AUTO_REGISTER).toString());
    return RegistryConfig.of(properties);
  }

  private static void put(Map<String, String> properties, Config config, Setting<String> setting) {
    properties.put(setting.name(), config.get(setting));
  }

  /** A consumer without a group, reading bytes. */
  static Consumer<byte[], byte[]> consumer(Map<String, String> kafka, String clientId) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
