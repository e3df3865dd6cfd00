package dev.tidings.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.testing.ServiceProcess;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.Partitioning;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows G46 of docs/guarantees.md. */
final class WriteFailuresIT {
  private static final String APP = "com.example.news";

  @TempDir Path directory;

  @Test
  void a_delivery_too_large_for_its_topic_is_put_aside_with_a_receipt_and_the_next_one_goes_on()
      throws Exception {
    try (Cluster cluster = new Cluster();
        RegistryClient schemas =
            new RegistryClient(
                RegistryConfig.of(Map.of(RegistryConfig.URL, cluster.registryUrl())))) {
      cluster.limit(LogTopics.DELIVERIES, 2_000);
      byte[] token = "ab".repeat(32).getBytes(UTF_8);
      cluster.appendBytes(
          LogTopics.REGISTRATIONS,
          token,
          new AvroSerializer<Registration>(schemas)
              .serialize(
                  LogTopics.REGISTRATIONS.name(),
                  new Registration("phone", APP, null, null, 1L, null)));
      try (ServiceProcess process =
          Processors.start(cluster, directory.resolve("state"), Map.of())) {
        cluster.appendBytes(LogTopics.NOTIFICATIONS, token, notification(schemas, 1, 4_000));
        cluster.appendBytes(LogTopics.NOTIFICATIONS, token, notification(schemas, 2, 100));

        assertThat(process.awaitReady()).startsWith("READY");
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> {
              assertThat(cluster.read(LogTopics.DELIVERIES)).hasSize(1);
              assertThat(cluster.read(LogTopics.RECEIPTS)).hasSize(1);
            });

        Delivery delivery =
            new AvroDeserializer<>(schemas, Delivery.class)
                .read(cluster.read(LogTopics.DELIVERIES).getFirst().value());
        assertThat(delivery.getId()).isEqualTo(new UUID(0, 2).toString());
        List<ConsumerRecord<byte[], byte[]>> letters = cluster.read(LogTopics.DEAD_LETTERS);
        assertThat(letters).hasSize(1);
        assertThat(
                new AvroDeserializer<>(schemas, Delivery.class)
                    .read(letters.getFirst().value())
                    .getId())
            .isEqualTo(new UUID(0, 1).toString());
        assertThat(letters.getFirst().key()).asString(UTF_8).isEqualTo("phone");
        assertThat(letters.getFirst().headers().lastHeader("tidings-reason").value())
            .asString(UTF_8)
            .isEqualTo("too large for its topic");
        assertThat(letters.getFirst().headers().lastHeader("tidings-topic").value())
            .asString(UTF_8)
            .isEqualTo("tidings.deliveries");
        Receipt receipt =
            new AvroDeserializer<>(schemas, Receipt.class)
                .read(cluster.read(LogTopics.RECEIPTS).getFirst().value());
        assertThat(receipt.getId()).isEqualTo(new UUID(0, 1).toString());
        assertThat(receipt.getOutcome()).isEqualTo(Outcome.REJECTED);
      }
    }
  }

  @Test
  void what_is_too_large_to_be_sent_on_or_put_aside_as_a_whole_is_not_lost_in_silence()
      throws Exception {
    try (Cluster cluster = new Cluster();
        RegistryClient schemas =
            new RegistryClient(
                RegistryConfig.of(Map.of(RegistryConfig.URL, cluster.registryUrl())))) {
      byte[] garbage = new byte[1_048_400];
      Arrays.fill(garbage, (byte) 7);
      cluster.appendBytes(LogTopics.NOTIFICATIONS, "key".getBytes(UTF_8), garbage);
      byte[] token = inAnotherPartitionThanItsCapitals().getBytes(UTF_8);
      byte[] capitals = new String(token, UTF_8).toUpperCase(Locale.ROOT).getBytes(UTF_8);
      cluster.appendBytes(LogTopics.NOTIFICATIONS, capitals, notification(schemas, 1, 4_000));
      cluster.appendBytes(LogTopics.NOTIFICATIONS, capitals, notification(schemas, 2, 10));
      cluster.limit(LogTopics.NOTIFICATIONS, 2_000);
      cluster.limit(LogTopics.DEAD_LETTERS, 1_000_000);
      try (ServiceProcess process =
          Processors.start(
              cluster, directory.resolve("state"), Map.of("unknown.token.grace", "100ms"))) {
        assertThat(process.awaitReady()).startsWith("READY");
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> {
              assertThat(cluster.read(LogTopics.DEAD_LETTERS)).hasSize(2);
              assertThat(cluster.read(LogTopics.RECEIPTS)).hasSize(2);
            });

        List<Receipt> receipts =
            cluster.read(LogTopics.RECEIPTS).stream()
                .map(record -> cluster.decode(Receipt.class, record.value()))
                .toList();
        assertThat(receipts)
            .extracting(Receipt::getId, Receipt::getOutcome, Receipt::getToken)
            .containsExactlyInAnyOrder(
                tuple(new UUID(0, 1).toString(), Outcome.REJECTED, new String(token, UTF_8)),
                tuple(new UUID(0, 2).toString(), Outcome.UNREGISTERED, new String(token, UTF_8)));
        ConsumerRecord<byte[], byte[]> shortened =
            cluster.read(LogTopics.DEAD_LETTERS).stream()
                .filter(letter -> letter.headers().lastHeader("tidings-shortened") != null)
                .findFirst()
                .orElseThrow();
        assertThat(shortened.value())
            .hasSizeBetween(1_000, 100_000)
            .startsWith(new byte[] {7, 7, 7});
        assertThat(shortened.headers().lastHeader("tidings-shortened").value())
            .asString(UTF_8)
            .isEqualTo("1048400");
        assertThat(shortened.headers().lastHeader("tidings-reason").value())
            .asString(UTF_8)
            .startsWith("value: first byte: 7");
      }
    }
  }

  private static String inAnotherPartitionThanItsCapitals() {
    for (int i = 0; ; i++) {
      String token = "%064x".formatted(0xabcdef000L + i);
      byte[] capitals = token.toUpperCase(Locale.ROOT).getBytes(UTF_8);
      if (Partitioning.partition(token.getBytes(UTF_8), Cluster.PARTITIONS)
          != Partitioning.partition(capitals, Cluster.PARTITIONS)) {
        return token;
      }
    }
  }

  private static byte[] notification(RegistryClient schemas, int number, int size) {
    String payload = "{\"a\":\"" + "x".repeat(size) + "\"}";
    return new AvroSerializer<Notification>(schemas)
        .serialize(
            LogTopics.NOTIFICATIONS.name(),
            Notification.newBuilder()
                .setId(new UUID(0, number).toString())
                .setApp(APP)
                .setPayload(ByteBuffer.wrap(payload.getBytes(UTF_8)))
                .build());
  }
}
