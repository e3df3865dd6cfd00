package dev.tidings.ingest.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.accept.FixedProducer;
import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.Category;
import dev.tidings.schemas.value.DeliveryTime;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.TopicCondition;
import dev.tidings.service.table.TableSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How broadcasts get into the log, and when they count as being there. */
class BroadcastLogTest {
  private static final String TOPIC = "tidings.broadcasts";
  private static final int PARTITIONS = 3;
  private static final NotificationId ID =
      new NotificationId("0f0e0d0c-0b0a-4908-8706-050403020100");

  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient schemas =
      new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registry.url())));
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final List<BroadcastResult> results = new ArrayList<>();
  private BroadcastLog log;

  @BeforeEach
  void start() {
    List<PartitionInfo> infos =
        IntStream.range(0, PARTITIONS)
            .mapToObj(i -> new PartitionInfo(TOPIC, i, Node.noNode(), null, null))
            .toList();
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>("none") {
          @Override
          public synchronized List<PartitionInfo> partitionsFor(String name) {
            return infos;
          }
        };
    Map<TopicPartition, Long> empty = new HashMap<>();
    infos.forEach(info -> empty.put(new TopicPartition(TOPIC, info.partition()), 0L));
    consumer.updateBeginningOffsets(empty);
    consumer.updateEndOffsets(empty);
    log =
        new BroadcastLog(
            new TableSource(
                consumer, TOPIC, () -> CompletableFuture.completedFuture(new Uuid(1, 2)), () -> ""),
            new FixedProducer(producer),
            schemas,
            PARTITIONS,
            "ingest-1",
            () -> Instant.ofEpochMilli(7));
  }

  @AfterEach
  void stop() throws InterruptedException {
    log.close();
    schemas.close();
    registry.close();
  }

  private static NewBroadcast broadcast() {
    return new NewBroadcast(
        ID,
        new AppId("com.example.news"),
        TopicCondition.of(new BroadcastTopic("goals")),
        Expiration.ONCE,
        Priority.CONSERVE_POWER,
        null,
        PushType.ALERT,
        DeliveryTime.NOW,
        Duration.ZERO,
        new Category("scores"));
  }

  private Broadcast read(ProducerRecord<byte[], byte[]> record) {
    return new AvroDeserializer<>(schemas, Broadcast.class).read(record.value());
  }

  @Test
  void every_partition_gets_the_same_and_it_is_accepted_when_all_have_it() {
    log.send(broadcast(), new byte[] {'{', '}'}, results::add);
    assertThat(producer.history())
        .extracting(record -> BroadcastKey.parse(record.key()).orElseThrow())
        .containsExactly(
            new BroadcastKey(ID, 0, Kind.REQUEST),
            new BroadcastKey(ID, 1, Kind.REQUEST),
            new BroadcastKey(ID, 2, Kind.REQUEST));
    assertThat(producer.history()).extracting(ProducerRecord::partition).containsExactly(0, 1, 2);
    Broadcast written = read(producer.history().getLast());
    assertThat(written.getNotification().getAcceptedBy()).isEqualTo("ingest-1");
    assertThat(written.getNotification().getAcceptedAt()).isEqualTo(7);
    assertThat(written.getNotification().getExpiration()).isZero();
    assertThat(written.getNotification().getPriority()).isEqualTo(5);
    assertThat(written.getNotification().getCategory()).isEqualTo("scores");
    assertThat(written.getSpreadMillis()).isNull();

    producer.completeNext();
    producer.completeNext();
    assertThat(results).isEmpty();
    producer.completeNext();
    assertThat(results).containsExactly(new BroadcastResult.Accepted(7));
  }

  @Test
  void it_is_not_accepted_if_one_partition_did_not_take_it_in_time() {
    log.send(broadcast(), new byte[0], results::add);
    producer.completeNext();
    producer.errorNext(new TimeoutException("for the test"));
    producer.completeNext();
    assertThat(results).containsExactly(new BroadcastResult.NotWritten());

    log.send(broadcast(), new byte[0], results::add);
    producer.errorNext(new RecordTooLargeException("for the test"));
    producer.completeNext();
    producer.completeNext();
    // Others have it, which the same again settles.
    assertThat(results.getLast()).isEqualTo(new BroadcastResult.NotWritten());

    log.send(broadcast(), new byte[0], results::add);
    for (int i = 0; i < PARTITIONS; i++) {
      producer.errorNext(new RecordTooLargeException("for the test"));
    }
    assertThat(results.getLast()).isEqualTo(new BroadcastResult.Failed());
  }

  @Test
  void no_more_are_written_at_a_time_than_have_room() {
    for (int i = 0; i < 65; i++) {
      log.send(broadcast(), new byte[0], results::add);
    }
    assertThat(results).containsExactly(new BroadcastResult.Busy());
    assertThat(log.crowded()).isZero();
    assertThat(producer.history()).hasSize(64 * PARTITIONS);
    for (int i = 0; i < PARTITIONS; i++) {
      producer.completeNext();
    }
    log.stop(ID, "com.example.news", results::add);
    assertThat(results).hasSize(2);
    Broadcast stop = read(producer.history().getLast());
    assertThat(stop.getApp()).isEqualTo("com.example.news");
    assertThat(stop.getNotification()).isNull();
  }

  @Test
  void what_there_is_is_known_once_the_topic_was_read_to_its_end() {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(log::isKnown);
    assertThat(log.catchUp().orElseThrow().toCompletableFuture())
        .succeedsWithin(Duration.ofSeconds(30));
    assertThat(log.find(ID)).isEmpty();
    assertThat(log.open()).isZero();
  }
}
