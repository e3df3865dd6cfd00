package dev.tidings.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.testing.ServiceProcess;
import dev.tidings.schemas.topic.Forwarded;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What producers do that are not ours: another partitioner, transactions, any time they like.
 *
 * <p>Shows G40, G47 and G50 of docs/guarantees.md.
 */
final class OtherProducersIT {
  private static final String APP = "com.example.news";
  private static final String TOKEN = "0123456789abcdef".repeat(4);

  @TempDir Path directory;
  private Cluster cluster;
  private RegistryClient schemas;
  private AvroSerializer<Notification> notifications;
  private AvroSerializer<Registration> registrations;
  private ServiceProcess process;

  @BeforeEach
  void open() throws Exception {
    cluster = new Cluster();
    schemas =
        new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, cluster.registryUrl())));
    notifications = new AvroSerializer<>(schemas);
    registrations = new AvroSerializer<>(schemas);
  }

  @AfterEach
  void close() throws Exception {
    if (process != null) {
      process.kill();
    }
    schemas.close();
    cluster.close();
  }

  @Test
  void a_record_in_another_partition_than_its_keys_is_delivered_in_the_order_of_that_partition()
      throws Exception {
    register(TOKEN, "phone-1");
    start(Map.of());
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      for (int number = 0; number < 400; number++) {
        int partition = number % Cluster.PARTITIONS;
        // As some write a token; its hash is another one again.
        String key = partition == 1 ? TOKEN.toUpperCase(Locale.ROOT) : TOKEN;
        producer.send(
            new ProducerRecord<>(
                LogTopics.NOTIFICATIONS.name(),
                partition,
                key.getBytes(UTF_8),
                notification(number)));
      }
    }

    await().atMost(Duration.ofSeconds(60)).until(() -> deliveries().size() >= 400);
    List<Delivery> delivered = deliveries();
    assertThat(delivered).hasSize(400);
    Map<Long, Long> acceptedAt = acceptanceTimes();
    Map<Long, List<Long>> byPartition = new HashMap<>();
    for (Delivery delivery : delivered) {
      long number = number(delivery);
      byPartition.computeIfAbsent(number % Cluster.PARTITIONS, p -> new ArrayList<>()).add(number);
      assertThat(delivery.getToken()).isEqualTo(TOKEN);
      assertThat(delivery.getSteps().getFirst().getAt()).isEqualTo(acceptedAt.get(number));
    }
    assertThat(byPartition.values())
        .hasSize(Cluster.PARTITIONS)
        .allSatisfy(numbers -> assertThat(numbers).isSorted());
    assertThat(cluster.read(LogTopics.RECEIPTS)).isEmpty();
    assertThat(cluster.read(LogTopics.DEAD_LETTERS)).isEmpty();
  }

  @Test
  void what_an_aborted_transaction_wrote_is_not_delivered() throws Exception {
    register(TOKEN, "phone-1");
    start(Map.of());
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", "p"))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(record(1));
      producer.flush();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(record(2));
      producer.commitTransaction();
    }

    await().atMost(Duration.ofSeconds(30)).until(() -> !deliveries().isEmpty());
    assertThat(deliveries()).extracting(OtherProducersIT::number).containsExactly(2L);
  }

  @Test
  void a_token_whose_registration_is_in_the_log_but_not_read_yet_is_not_unknown() throws Exception {
    // Older than anything in the table, and so read before it.
    try (KafkaProducer<byte[], byte[]> producer =
        producer(Map.of("enable.idempotence", false, "acks", "1"))) {
      producer.send(
          new ProducerRecord<>(
              LogTopics.NOTIFICATIONS.name(), null, 1L, TOKEN.getBytes(UTF_8), notification(1)));
      byte[] value = registration("phone-2");
      for (int i = 0; i < 40_000; i++) {
        producer.send(
            new ProducerRecord<>(
                LogTopics.REGISTRATIONS.name(), "%064x".formatted(i).getBytes(UTF_8), value));
      }
    }
    register(TOKEN, "phone-1");
    start(Map.of("unknown.token.grace", "1ms"));

    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !deliveries().isEmpty() || !cluster.read(LogTopics.RECEIPTS).isEmpty());
    assertThat(cluster.read(LogTopics.RECEIPTS)).isEmpty();
    assertThat(deliveries()).extracting(OtherProducersIT::number).containsExactly(1L);
  }

  private void start(Map<String, String> settings) throws Exception {
    process = Processors.start(cluster, directory.resolve("state"), settings);
    assertThat(process.awaitReady()).startsWith("READY");
  }

  private KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("bootstrap.servers", cluster.bootstrapServers());
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void register(String token, String device) throws Exception {
    cluster.appendBytes(LogTopics.REGISTRATIONS, token.getBytes(UTF_8), registration(device));
  }

  private byte[] registration(String device) {
    return registrations.serialize(
        LogTopics.REGISTRATIONS.name(), new Registration(device, APP, null, null, 1L, null));
  }

  private ProducerRecord<byte[], byte[]> record(int number) {
    return new ProducerRecord<>(
        LogTopics.NOTIFICATIONS.name(), TOKEN.getBytes(UTF_8), notification(number));
  }

  private byte[] notification(int number) {
    return notifications.serialize(
        LogTopics.NOTIFICATIONS.name(),
        Notification.newBuilder()
            .setId(new UUID(0, number).toString())
            .setApp(APP)
            .setPayload(ByteBuffer.wrap("{\"aps\":{}}".getBytes(UTF_8)))
            .build());
  }

  private List<Delivery> deliveries() {
    return cluster.read(LogTopics.DELIVERIES).stream()
        .map(record -> cluster.decode(Delivery.class, record.value()))
        .toList();
  }

  /** When the log took each of them from its provider, which is before it was sent on. */
  private Map<Long, Long> acceptanceTimes() {
    Map<Long, Long> times = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : cluster.read(LogTopics.NOTIFICATIONS)) {
      if (record.headers().lastHeader(Forwarded.HEADER) == null) {
        String id = cluster.decode(Notification.class, record.value()).getId();
        times.put(UUID.fromString(id).getLeastSignificantBits(), record.timestamp());
      }
    }
    return times;
  }

  private static long number(Delivery delivery) {
    return UUID.fromString(delivery.getId()).getLeastSignificantBits();
  }
}
