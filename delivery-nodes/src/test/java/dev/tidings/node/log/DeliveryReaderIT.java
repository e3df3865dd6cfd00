package dev.tidings.node.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.node.log.decode.DeliveryDecoder;
import dev.tidings.node.log.decode.DeliveryDeserializer;
import dev.tidings.node.log.life.AdminLookup;
import dev.tidings.node.log.life.Commit;
import dev.tidings.node.log.partition.ReaderMeters;
import dev.tidings.node.log.partition.RecordingSink;
import dev.tidings.node.log.write.DeadLetters;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.log.write.WriterMeters;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.health.Health;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/**
 * Reading with a real consumer and a real broker.
 *
 * <p>Shows G56, G58 and G65 of docs/guarantees.md.
 */
class DeliveryReaderIT {
  private static final TopicPartition PARTITION =
      new TopicPartition(LogTopics.DELIVERIES.name(), 0);
  private static final byte[] DEVICE = "phone".getBytes(StandardCharsets.UTF_8);
  private static final int RECORDS = 3;
  private static final Duration LONG = Duration.ofSeconds(60);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Throwable> fatal = new CopyOnWriteArrayList<>();

  /**
   * The leader's epoch grows with each change of leader and begins at 0 in a new topic. A consumer
   * that is asked for the older, higher one ignores the new topic's metadata from then on. And
   * whoever sees the group without a member may delete what it has committed.
   */
  @Test
  void a_topic_made_anew_is_read_though_its_leaders_had_changed_and_commits_that_go_come_back()
      throws Exception {
    try (Cluster cluster = new Cluster();
        RegistryClient registry =
            new RegistryClient(
                RegistryConfig.of(Map.of(RegistryConfig.URL, cluster.registry().url())));
        Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      Commit old =
          new Commit(0, Uuid.randomUuid(), 5, Optional.of(9), new CommitPoint(5, new BitSet()));
      admin
          .alterConsumerGroupOffsets(
              ConsumerGroups.DELIVERY_NODES, Map.of(PARTITION, old.toKafka()))
          .all()
          .get();
      write(cluster, registry);
      LogWriter log =
          new LogWriter(
              () -> producer(cluster),
              TopicNames.PLAIN,
              new AvroSerializer<>(registry),
              new WriterMeters(meters),
              fatal::add);
      RecordingSink sink = new RecordingSink();
      RecordingSink next = new RecordingSink();
      try (DeliveryReader reader = reader(cluster, registry, admin, log)) {
        reader.start();
        reader.assign(0, sink);
        await().atMost(LONG).until(() -> sink.arrived().size() == RECORDS);
        CommitPoint read = new CommitPoint(sink.arrived().getLast() + 1, new BitSet());
        next.beginsAt(Objects.requireNonNull(sink.life()), read);
        reader.commit(0, sink, read);
        awaitCommit(admin);

        admin
            .deleteConsumerGroupOffsets(ConsumerGroups.DELIVERY_NODES, Set.of(PARTITION))
            .all()
            .get();
        awaitCommit(admin);
        admin.deleteConsumerGroups(List.of(ConsumerGroups.DELIVERY_NODES)).all().get();
        awaitCommit(admin);
      }

      write(cluster, registry);
      try (DeliveryReader reader = reader(cluster, registry, admin, log)) {
        reader.start();
        reader.assign(0, next);

        await().atMost(LONG).until(() -> next.arrived().size() == RECORDS);
        long last = sink.arrived().getLast();
        assertThat(next.arrived()).containsExactly(last + 1, last + 2, last + 3);
      }
      assertThat(fatal).isEmpty();
    }
  }

  /** Refused by the broker itself: the producer would send it. */
  @Test
  void what_the_log_refuses_for_good_is_put_aside_shortened_and_what_is_behind_it_is_read()
      throws Exception {
    try (Cluster cluster = new Cluster();
        RegistryClient registry =
            new RegistryClient(
                RegistryConfig.of(Map.of(RegistryConfig.URL, cluster.registry().url())));
        Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
        KafkaProducer<byte[], byte[]> producer = producer(cluster)) {
      cluster.limit(LogTopics.DEAD_LETTERS, 200_000);
      byte[] garbage = new byte[1_000_000];
      Arrays.fill(garbage, (byte) 7);
      producer
          .send(new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), DEVICE, garbage))
          .get();
      write(cluster, registry);
      RecordingSink sink = new RecordingSink();
      try (LogWriter log =
              new LogWriter(
                  () -> producer(cluster),
                  TopicNames.PLAIN,
                  new AvroSerializer<>(registry),
                  new WriterMeters(meters),
                  fatal::add);
          DeliveryReader reader = reader(cluster, registry, admin, log)) {
        log.start();
        reader.start();
        reader.assign(0, sink);
        await().atMost(LONG).until(() -> sink.arrived().size() == RECORDS + 1);
        await().atMost(LONG).until(() -> log.pending() == 0);

        assertThat(cluster.read(LogTopics.DEAD_LETTERS))
            .singleElement()
            .satisfies(letter -> {
              assertThat(letter.key()).isEqualTo(DEVICE);
              assertThat(letter.value()).hasSizeLessThan(100_000).startsWith(7, 7, 7);
            });
        assertThat(refused()).isEqualTo(1);
        assertThat(log.health()).isEqualTo(Health.healthy());
      }
      assertThat(fatal).isEmpty();
    }
  }

  private double refused() {
    return meters.get("tidings.node.log.failures").tag("kind", "refused").counter().count();
  }

  private DeliveryReader reader(
      Cluster cluster, RegistryClient registry, Admin admin, LogWriter log) {
    return new DeliveryReader(
        () -> consumer(cluster),
        PARTITION.topic(),
        new AdminLookup(admin, ConsumerGroups.DELIVERY_NODES),
        new DeliveryDecoder(new DeliveryDeserializer(registry), System::currentTimeMillis),
        new DeadLetters(log, meters),
        new ReaderRules(1 << 20, 1 << 21, 0, Duration.ofMinutes(1), Duration.ofSeconds(1), false),
        log::isFull,
        new ReaderMeters(meters),
        fatal::add);
  }

  private static void awaitCommit(Admin admin) {
    await()
        .atMost(LONG)
        .ignoreExceptions()
        .until(() ->
            admin
                    .listConsumerGroupOffsets(ConsumerGroups.DELIVERY_NODES)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(PARTITION)
                    .offset()
                == RECORDS);
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Cluster cluster) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            cluster.bootstrapServers(),
            "group.id",
            ConsumerGroups.DELIVERY_NODES,
            "enable.auto.commit",
            false,
            "auto.offset.reset",
            "none"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static KafkaProducer<byte[], byte[]> producer(Cluster cluster) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", cluster.bootstrapServers()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void write(Cluster cluster, RegistryClient registry) throws Exception {
    AvroSerializer<Delivery> values = new AvroSerializer<>(registry);
    try (KafkaProducer<byte[], byte[]> producer = producer(cluster)) {
      for (int i = 0; i < RECORDS; i++) {
        Delivery delivery =
            Delivery.newBuilder()
                .setId(new UUID(0, i).toString())
                .setToken("0".repeat(64))
                .setApp("com.example.news")
                .setPayload(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)))
                .setSteps(List.of())
                .build();
        producer
            .send(
                new ProducerRecord<>(
                    PARTITION.topic(),
                    PARTITION.partition(),
                    DEVICE,
                    values.serialize(PARTITION.topic(), delivery)))
            .get();
      }
    }
  }
}
