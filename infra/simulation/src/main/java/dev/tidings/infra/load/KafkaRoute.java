package dev.tidings.infra.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.infra.ledger.ProviderAnswer;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes to the log directly, and waits for each record. */
public final class KafkaRoute implements ProviderRoute {
  private static final String TOPIC = LogTopics.NOTIFICATIONS.name();

  private final AvroSerializer<Notification> values;
  private final KafkaProducer<byte[], byte[]> producer;
  private final int partitions;

  /**
   * Creates a route to a cluster.
   *
   * @param registry closed by the caller
   */
  public KafkaRoute(String bootstrapServers, RegistryClient registry) {
    values = new AvroSerializer<>(registry);
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "acks", "all",
            "linger.ms", 0,
            "request.timeout.ms", 4_000,
            "delivery.timeout.ms", 8_000,
            "max.block.ms", 4_000);
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    partitions = producer.partitionsFor(TOPIC).size();
  }

  @Override
  public ProviderAnswer send(Push push) throws InterruptedException {
    byte[] key = push.token().getBytes(UTF_8);
    try {
      producer
          .send(new ProducerRecord<>(TOPIC, partition(push.path(), key), key, value(push)))
          .get();
      return ProviderAnswer.ACCEPTED;
    } catch (ExecutionException | KafkaException e) {
      // The producer cannot know whether a broker has the record nevertheless.
      return ProviderAnswer.UNKNOWN;
    }
  }

  private @Nullable Integer partition(Push.Path path, byte[] key) {
    return switch (path) {
      case HTTP, KAFKA -> null;
      case KAFKA_CRC32 -> {
        var hash = new CRC32();
        hash.update(key);
        yield (int) (hash.getValue() % partitions);
      }
      case KAFKA_ANY -> ThreadLocalRandom.current().nextInt(partitions);
    };
  }

  private byte[] value(Push push) {
    Notification notification =
        Notification.newBuilder()
            .setId(push.id())
            .setApp(push.app())
            .setPayload(ByteBuffer.wrap(push.payload().getBytes(UTF_8)))
            .setCollapseId(push.terms().collapseId().orElse(null))
            .setExpiration(
                push.terms().expiresAt().isPresent()
                    ? Long.valueOf(push.terms().expiresAt().getAsLong())
                    : null)
            .build();
    synchronized (values) {
      return Objects.requireNonNull(values.serialize(TOPIC, notification));
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
  }
}
