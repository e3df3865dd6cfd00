package dev.tidings.ingest.accept;

import static java.util.Objects.requireNonNull;
import static org.apache.kafka.clients.producer.ProducerConfig.BATCH_SIZE_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.BUFFER_MEMORY_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.LINGER_MS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.MAX_BLOCK_MS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION;
import static org.apache.kafka.clients.producer.ProducerConfig.METADATA_MAX_IDLE_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG;

import dev.tidings.service.kafka.client.ClientSettings;
import dev.tidings.service.kafka.client.KafkaClients;
import java.time.Duration;

/** The settings of the producers of notifications and broadcasts. */
final class ProducerSettings {
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration NEVER_IDLE = Duration.ofDays(3650);

  private ProducerSettings() {}

  static ClientSettings of(
      KafkaClients clients, LogProducer.Kind kind, long bufferBytes, Duration deliveryTimeout) {
    ClientSettings settings =
        clients
            .producer(kind.clientName())
            // linger 0: the provider waits for each answer. Batches still form while as many
            // requests to a broker are in flight as there may be, and grow with the load.
            .byDefault(LINGER_MS_CONFIG, 0)
            .byDefault(MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, kind.requestsInFlight())
            .byDefault(BATCH_SIZE_CONFIG, 64 * 1024);
    long linger = Long.parseLong(requireNonNull(settings.toMap().get(LINGER_MS_CONFIG)).toString());
    long request = Math.min(REQUEST_TIMEOUT.toMillis(), deliveryTimeout.toMillis() - linger);
    return settings
        .always(REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(Math.max(request, 1)))
        .always(DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(deliveryTimeout.toMillis()))
        .always(BUFFER_MEMORY_CONFIG, bufferBytes)
        // send() is called by event loops: it must not block, neither for memory nor for metadata.
        .always(MAX_BLOCK_MS_CONFIG, 0)
        .always(METADATA_MAX_IDLE_CONFIG, NEVER_IDLE.toMillis());
  }
}
