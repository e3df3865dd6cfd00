package dev.tidings.ingest.accept;

import static org.apache.kafka.clients.producer.ProducerConfig.ACKS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.BATCH_SIZE_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.BUFFER_MEMORY_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.CLIENT_ID_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.LINGER_MS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.MAX_BLOCK_MS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.METADATA_MAX_IDLE_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The producer's configuration: the settings that an operator may change, and those on which
 * guarantees depend.
 */
final class ProducerSettings {
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration NEVER_IDLE = Duration.ofDays(3650);

  private ProducerSettings() {}

  static Map<String, Object> of(
      Map<String, String> kafka, String instance, long bufferBytes, Duration deliveryTimeout) {
    Map<String, Object> settings = new HashMap<>();
    // linger 0: the provider waits for each answer. Batches still form while five requests to a
    // broker are in flight, and grow with the load.
    settings.put(LINGER_MS_CONFIG, 0);
    settings.put(BATCH_SIZE_CONFIG, 64 * 1024);
    settings.put(CLIENT_ID_CONFIG, instance + "-accept");
    settings.putAll(kafka);

    long linger = Long.parseLong(settings.get(LINGER_MS_CONFIG).toString());
    long request = Math.min(REQUEST_TIMEOUT.toMillis(), deliveryTimeout.toMillis() - linger);
    settings.put(REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(Math.max(request, 1)));
    settings.put(DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(deliveryTimeout.toMillis()));
    settings.put(ACKS_CONFIG, "all");
    settings.put(ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(BUFFER_MEMORY_CONFIG, bufferBytes);
    // send() is called by event loops: it must not block, neither for memory nor for metadata.
    settings.put(MAX_BLOCK_MS_CONFIG, 0);
    settings.put(METADATA_MAX_IDLE_CONFIG, NEVER_IDLE.toMillis());
    return settings;
  }
}
