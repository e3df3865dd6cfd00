package dev.tidings.node.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.log.decode.DeliveryDeserializer;
import dev.tidings.node.replay.Slice.Progress;
import dev.tidings.node.window.DeliveryPrint;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What is read of a partition for one device.
 *
 * <p>Shows G107 of docs/guarantees.md.
 */
final class LogScanTest {
  private static final TopicPartition PARTITION =
      new TopicPartition(LogTopics.DELIVERIES.name(), 3);
  private static final DeviceId PHONE = new DeviceId("phone");
  private static final Life LIFE = new Life(2, Uuid.randomUuid(), 0);
  private static final long SECOND_LIFE = 2L << 48;

  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient client =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url())));
  private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private final PartitionConsumer consumer = new PartitionConsumer();
  private final LogScan scan =
      new LogScan(
          consumer,
          new DeliveryDeserializer(client),
          LogTopics.DELIVERIES.name(),
          (device, app) -> {
            asked.add(device.value() + " " + app);
            return token -> token.equals("token");
          });
  private long begins;
  private long read;

  /** A partition whose records are in a list, a few for each poll. */
  private final class PartitionConsumer extends MockConsumer<byte[], byte[]> {
    PartitionConsumer() {
      super("earliest");
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(java.time.Duration timeout) {
      long position = position(PARTITION);
      List<ConsumerRecord<byte[], byte[]>> some =
          log.stream().filter(record -> record.offset() >= position).limit(5).toList();
      if (some.isEmpty()) {
        return ConsumerRecords.empty();
      }
      seek(PARTITION, some.getLast().offset() + 1);
      return new ConsumerRecords<>(Map.of(PARTITION, some), Map.of());
    }

    @Override
    public synchronized Map<TopicPartition, Long> beginningOffsets(
        java.util.Collection<TopicPartition> partitions) {
      return Map.of(PARTITION, begins);
    }

    @Override
    public synchronized Map<TopicPartition, Long> endOffsets(
        java.util.Collection<TopicPartition> partitions) {
      return Map.of(PARTITION, log.isEmpty() ? begins : log.getLast().offset() + 1);
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times) {
      Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>();
      found.put(
          PARTITION,
          log.stream()
              .filter(record -> record.timestamp() >= times.get(PARTITION))
              .findFirst()
              .map(record -> new OffsetAndTimestamp(record.offset(), record.timestamp()))
              .orElse(null));
      return found;
    }
  }

  @AfterEach
  void close() {
    scan.close();
    client.close();
    registry.close();
  }

  /** A record for a device, a second after the one before. */
  private String append(String device, int size) {
    return append(device, "token", size);
  }

  private String append(String device, String token, int size) {
    long offset = log.isEmpty() ? begins : log.getLast().offset() + 1;
    String id = new UUID(0, offset).toString();
    Delivery delivery =
        Delivery.newBuilder()
            .setId(id)
            .setToken(token)
            .setApp("com.example")
            .setPayload(ByteBuffer.allocate(size))
            .setSteps(List.<Step>of())
            .build();
    byte[] value =
        new AvroSerializer<Delivery>(client).serialize(LogTopics.DELIVERIES.name(), delivery);
    append(offset, device, value);
    return id;
  }

  private void append(long offset, String device, byte[] value) {
    byte[] key = new DeviceId(device).key();
    log.add(
        new ConsumerRecord<>(
            PARTITION.topic(),
            PARTITION.partition(),
            offset,
            offset * 1000,
            TimestampType.LOG_APPEND_TIME,
            key.length,
            value == null ? -1 : value.length,
            key,
            value,
            new RecordHeaders(),
            Optional.empty()));
  }

  /** The next slice of records: what is searched before that has nothing. */
  private Slice read(ReplaySpan.Since since, long until, Progress progress) throws Exception {
    Slice slice = turn(since, until, progress);
    while (slice.records().isEmpty()
        && !slice.isLast()
        && (progress == null || slice.progress().searched() > progress.searched())) {
      assertThat(slice.withdrawn()).isEmpty();
      progress = slice.progress();
      slice = turn(since, until, progress);
    }
    return slice;
  }

  private Slice turn(ReplaySpan.Since since, long until, Progress progress) throws Exception {
    return turn(ReplaySpan.of(since, until, null), progress);
  }

  private Slice turn(ReplaySpan span, Progress progress) throws Exception {
    return scan.read(
        new Slice.Wanted(PARTITION.partition(), PHONE, LIFE, span, progress, () -> false),
        bytes -> {
          read += bytes;
          return true;
        });
  }

  private static List<String> ids(Slice slice) {
    return slice.records().stream().map(found -> found.delivery().getId()).toList();
  }

  @Test
  void a_device_gets_its_own_records_of_the_span_and_no_others() throws Exception {
    append("phone", 0);
    append("other", 0);
    String second = append("phone", 0);
    append("phone2", 0);
    append(4, "phone", new byte[] {1, 2, 3});
    append(5, "phone", null);
    String last = append("phone", 0);
    append("phone", 0);

    Slice slice = read(new ReplaySpan.Time(1_500), 7_000, null);

    assertThat(ids(slice)).containsExactly(second, last);
    assertThat(slice.records().getFirst().sequence()).isEqualTo(SECOND_LIFE + 2);
    assertThat(slice.isLast()).isTrue();
    assertThat(slice.progress()).isEqualTo(new Progress(7, 7, false, 8, 8));
    assertThat(read).isPositive();
  }

  /** Who has not been sent it is not to see it. */
  @Test
  void what_is_taken_back_further_on_is_known_before_anything_is_sent_whatever_the_span()
      throws Exception {
    String kept = append("phone", 0);
    String withdrawn = append("phone", 0);
    append("other", 0);
    append(3, "phone", withdrawal("no-id"));
    append(4, "other", withdrawal(kept));
    append(5, "phone", withdrawal(withdrawn));
    append("phone", 0);

    Slice first = turn(new ReplaySpan.Time(0), 2_000, null);
    Slice second = turn(new ReplaySpan.Time(0), 2_000, first.progress());

    assertThat(first.records()).isEmpty();
    assertThat(first.withdrawn())
        .containsExactly(
            new Slice.Withdrawn("com.example", DeliveryPrint.of(withdrawn, "token", PHONE)));
    assertThat(first.isLast()).isFalse();
    assertThat(ids(second)).containsExactly(kept, withdrawn);
    assertThat(second.isLast()).isTrue();
  }

  /** They would only take the room of others. */
  @Test
  void what_other_apps_have_taken_back_is_none_of_a_span_of_one() throws Exception {
    append(0, "phone", withdrawal("11111111-1111-1111-1111-111111111111"));

    for (String app : new String[] {"com.example", "com.other"}) {
      Slice slice = turn(ReplaySpan.of(new ReplaySpan.Time(0), ReplaySpan.NOW, app), null);
      assertThat(slice.withdrawn()).hasSize(app.equals("com.example") ? 1 : 0);
    }
  }

  @Test
  void the_search_for_it_takes_turns_too() throws Exception {
    String withdrawn = append("phone", 0);
    for (int i = 0; i < 6; i++) {
      append("other", 1 << 20);
    }
    append(7, "phone", withdrawal(withdrawn));

    Slice first = turn(new ReplaySpan.Time(0), ReplaySpan.NOW, null);
    Slice second = turn(new ReplaySpan.Time(0), ReplaySpan.NOW, first.progress());

    assertThat(first.withdrawn()).isEmpty();
    assertThat(first.progress().searched()).isEqualTo(5);
    assertThat(second.withdrawn()).hasSize(1);
    assertThat(second.progress()).isEqualTo(new Progress(0, 8, false, 8, 8));
  }

  private byte[] withdrawal(String id) {
    return new AvroSerializer<Delivery>(client)
        .serialize(
            LogTopics.DELIVERIES.name(),
            Delivery.newBuilder()
                .setId(WithdrawalId.of(id))
                .setToken("token")
                .setApp("com.example")
                .setPayload(ByteBuffer.allocate(0))
                .setSteps(List.<Step>of())
                .build());
  }

  @Test
  void what_comes_after_it_has_begun_is_not_part_of_it() throws Exception {
    for (int i = 0; i < ReplayRules.SLICE_RECORDS + 3; i++) {
      append("phone", 0);
    }
    Slice first = read(new ReplaySpan.Time(0), ReplaySpan.NOW, null);
    append("phone", 0);
    Slice second = read(new ReplaySpan.Time(0), ReplaySpan.NOW, first.progress());

    assertThat(first.records()).hasSize(ReplayRules.SLICE_RECORDS);
    assertThat(first.isLast()).isFalse();
    assertThat(second.records()).hasSize(3);
    assertThat(second.isLast()).isTrue();
  }

  @Test
  void what_was_sent_to_a_token_that_is_not_the_devices_now_is_marked() throws Exception {
    append("phone", "of an earlier user", 0);
    append("other", 0);
    append("phone", 0);
    append("phone", "of an earlier user", 0);

    Slice slice = read(new ReplaySpan.Time(0), ReplaySpan.NOW, null);

    assertThat(slice.records()).extracting(Slice.Found::own).containsExactly(false, true, false);
    assertThat(asked).containsExactly("phone com.example");
  }

  @Test
  void a_slice_ends_with_its_bytes_and_a_turn_with_what_was_read() throws Exception {
    append("phone", ReplayRules.SLICE_BYTES);
    append("phone", 0);
    for (int i = 0; i < 6; i++) {
      append("other", 1 << 20);
    }
    append("phone", 0);

    Slice first = read(new ReplaySpan.Time(0), ReplaySpan.NOW, null);
    Slice second = read(new ReplaySpan.Time(0), ReplaySpan.NOW, first.progress());
    Slice third = read(new ReplaySpan.Time(0), ReplaySpan.NOW, second.progress());

    assertThat(first.records()).hasSize(1);
    assertThat(second.records()).hasSize(1);
    assertThat(second.progress().next()).isEqualTo(6);
    assertThat(third.records()).hasSize(1);
    assertThat(third.isLast()).isTrue();
  }

  @Test
  void a_span_that_begins_before_the_log_does_is_cut() throws Exception {
    begins = 4;
    String first = append("phone", 0);
    append("phone", 0);

    Slice byTime = read(new ReplaySpan.Time(1_000), ReplaySpan.NOW, null);
    Slice inTime = read(new ReplaySpan.Time(4_500), ReplaySpan.NOW, null);
    Slice byCursor = read(new ReplaySpan.Position(SECOND_LIFE + 3), ReplaySpan.NOW, null);
    Slice atCursor = read(new ReplaySpan.Position(SECOND_LIFE + 5), ReplaySpan.NOW, null);
    Slice ofAnotherLife = read(new ReplaySpan.Position(5), ReplaySpan.NOW, null);

    assertThat(ids(byTime)).first().isEqualTo(first);
    assertThat(byTime.progress().cut()).isTrue();
    assertThat(inTime.records()).hasSize(1);
    assertThat(inTime.progress().cut()).isFalse();
    assertThat(byCursor.progress().cut()).isTrue();
    assertThat(atCursor.records()).hasSize(1);
    assertThat(atCursor.progress().cut()).isFalse();
    assertThat(ofAnotherLife.records()).hasSize(2);
    assertThat(ofAnotherLife.progress().cut()).isTrue();
  }

  @Test
  void what_the_log_drops_while_it_is_read_is_passed_over_and_said_so() throws Exception {
    append("phone", ReplayRules.SLICE_BYTES);
    append("phone", 0);
    append("phone", 0);
    Slice first = read(new ReplaySpan.Time(0), ReplaySpan.NOW, null);
    begins = 2;
    log.removeIf(record -> record.offset() < 2);
    Slice second = read(new ReplaySpan.Time(0), ReplaySpan.NOW, first.progress());

    assertThat(first.progress().cut()).isFalse();
    assertThat(second.records()).hasSize(1);
    assertThat(second.progress()).isEqualTo(new Progress(3, 3, true, 3, 3));
  }

  @Test
  void a_span_of_which_the_log_has_nothing_is_over_at_once() throws Exception {
    append("phone", 0);

    assertThat(read(new ReplaySpan.Time(9_000), ReplaySpan.NOW, null).isLast()).isTrue();
    assertThat(read(new ReplaySpan.Position(SECOND_LIFE + 77), ReplaySpan.NOW, null).isLast())
        .isTrue();
    assertThat(read).isZero();
  }

  @Test
  void records_that_are_none_of_anybody_do_not_hold_it_up() throws Exception {
    append("phone", 0);
    append(5, "phone", null);
    // The last offset is that of a mark, which nobody is given.
    Slice slice = read(new ReplaySpan.Time(0), ReplaySpan.NOW, new Progress(0, 9, false));

    assertThat(slice.records()).hasSize(1);
    assertThat(slice.progress().next()).isEqualTo(6);
  }

  @Test
  void a_device_whose_tokens_cannot_be_told_costs_the_others_no_consumer() throws Exception {
    append("phone", 10);
    LogScan blind =
        new LogScan(
            consumer,
            new DeliveryDeserializer(client),
            LogTopics.DELIVERIES.name(),
            (device, app) -> {
              throw new IllegalStateException("for the test");
            });
    AtomicInteger opened = new AtomicInteger();
    ReplayReads reads =
        new ReplayReads(
            new ReplayRules(2, 1, 1 << 20, 100, Duration.ofMinutes(1), Duration.ofHours(1)),
            () -> {
              opened.incrementAndGet();
              return blind;
            },
            new SimpleMeterRegistry());
    reads.start();
    try {
      for (int i = 0; i < 2; i++) {
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        reads.read(
            new Slice.Wanted(
                PARTITION.partition(),
                PHONE,
                LIFE,
                ReplaySpan.of(new ReplaySpan.Time(0), ReplaySpan.NOW, null),
                new Progress(0, 1, false),
                () -> false),
            (slice, failure) -> failed.complete(failure));
        assertThat(failed.get(30, TimeUnit.SECONDS)).isInstanceOf(TokensUnknownException.class);
      }
      assertThat(opened).hasValue(1);
    } finally {
      reads.close();
    }
  }
}
