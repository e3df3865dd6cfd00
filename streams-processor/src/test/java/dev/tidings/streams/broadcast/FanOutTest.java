package dev.tidings.streams.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.TopicCondition;
import dev.tidings.streams.read.SchemaWaits;
import dev.tidings.streams.write.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows G130 of docs/guarantees.md. */
final class FanOutTest {
  private static final BroadcastTopic GOALS = new BroadcastTopic("goals");
  private static final BroadcastTopic SCORES = new BroadcastTopic("scores");

  private final SubscriberStore subscribers =
      new SubscriberStore(Stores.persistentKeyValueStore("subscribers").get());
  private final List<DeviceId> sent = new ArrayList<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  @TempDir Path directory;

  @BeforeEach
  void join() {
    Properties properties = new Properties();
    properties.put("application.id", "test");
    properties.put("bootstrap.servers", "localhost:1");
    MockProcessorContext<byte[], byte[]> context =
        new MockProcessorContext<>(properties, new TaskId(0, 0), directory.toFile());
    subscribers.init(context.getStateStoreContext(), subscribers);
    for (int i = 0; i < 10; i++) {
      subscribers.put(
          new TopicMembership(Fleet.device(i), Fleet.APP, GOALS).key().bytes(), new byte[] {1});
    }
  }

  @AfterEach
  void close() {
    subscribers.close();
  }

  private FanOut fanOut(Progress from) {
    Subscription record = new Subscription(List.of(), 0L, null, "0f".repeat(32), 1L);
    return fanOut(from, TopicCondition.of(GOALS), bytes -> record);
  }

  private FanOut fanOut(
      Progress from, TopicCondition condition, Function<byte[], Subscription> decoder) {
    Notification notification =
        Notification.newBuilder()
            .setId(Fleet.ID.value())
            .setApp(Fleet.APP.value())
            .setPayload(ByteBuffer.allocate(0))
            .build();
    BroadcastJob request =
        new BroadcastJob(Fleet.ID, Fleet.APP, condition, notification, Expiration.NEVER, 0, 0);
    SubscriberReader reader =
        new SubscriberReader(decoder, new Meters(metrics, () -> Instant.EPOCH));
    return new FanOut(request, from, subscribers, reader, (device, token) -> sent.add(device));
  }

  @Test
  void how_far_it_has_come_is_saved_behind_a_commit_and_never_before() {
    FanOut fanOut = fanOut(Progress.NONE);
    fanOut.send(4, 1);
    assertThat(fanOut.toSave(7)).isNull();
    fanOut.send(4, 2);
    // No commit since: neither the first four nor the others are in the log.
    assertThat(fanOut.toSave(7)).isNull();

    Progress saved = fanOut.toSave(8);
    assertThat(saved).isNotNull();
    assertThat(saved.cursor()).isEqualTo(new SubscriberCursor(Fleet.device(3)));
    assertThat(saved.sent()).isEqualTo(4);
    // The others were written before the commit, but it is not known that they were.
    assertThat(fanOut.toSave(8)).isNull();
    assertThat(fanOut.toSave(9).sent()).isEqualTo(8);
    assertThat(fanOut.toSave(10)).isNull();
  }

  @Test
  void whoever_goes_on_from_what_was_saved_misses_nobody() {
    FanOut first = fanOut(Progress.NONE);
    first.send(4, 1);
    first.toSave(1);
    Progress saved = first.toSave(2);
    first.send(4, 2);
    sent.clear();

    FanOut second = fanOut(saved);
    second.send(100, 3);
    assertThat(sent)
        .containsExactly(
            Fleet.device(4),
            Fleet.device(5),
            Fleet.device(6),
            Fleet.device(7),
            Fleet.device(8),
            Fleet.device(9));
    assertThat(second.isOver()).isTrue();
    second.toSave(1);
    assertThat(second.toSave(2).ending()).isEqualTo("completed");
  }

  @Test
  void it_goes_on_from_where_another_process_has_come_to_and_not_back() {
    FanOut fanOut = fanOut(Progress.NONE);
    fanOut.goOnFrom(
        new Progress(new SubscriberCursor(Fleet.device(5)), 1L, null, 6, 6, null, null));
    fanOut.goOnFrom(
        new Progress(new SubscriberCursor(Fleet.device(2)), 1L, null, 3, 3, null, null));
    fanOut.send(100, 1);

    assertThat(sent).hasSize(4);
    fanOut.toSave(1);
    assertThat(fanOut.toSave(2).sent()).isEqualTo(10);
  }

  private FanOut fanOut(String condition) {
    return fanOut(
        Progress.NONE,
        TopicCondition.parse(condition),
        bytes -> new Subscription(List.of(), 0L, null, "0f".repeat(32), (long) bytes[0]));
  }

  /** Whenever it joined, and wherever the broadcast has come to in the other topic. */
  @Test
  void who_joins_another_topic_of_the_condition_meanwhile_is_not_missed() {
    for (int i = 0; i < 10; i++) {
      join(i, SCORES, 5);
    }
    subscribers.put(joined(7, GOALS), null);
    FanOut fanOut = fanOut("'goals' in topics || 'scores' in topics");
    fanOut.send(6, 20);
    // Its record was on its way when the broadcast began.
    join(7, GOALS, 19);
    fanOut.send(100, 31);

    assertThat(sent).hasSize(10).doesNotHaveDuplicates();
    assertThat(fanOut.isOver()).isTrue();
  }

  @Test
  void who_meets_the_condition_when_it_is_looked_at_is_sent_to_whatever_it_was_before() {
    BroadcastTopic muted = new BroadcastTopic("muted");
    join(8, muted, 5);
    join(20, GOALS, 5);
    FanOut fanOut = fanOut("('goals' in topics || 'scores' in topics) && !('muted' in topics)");
    fanOut.send(3, 20);
    subscribers.put(joined(8, muted), null);
    subscribers.put(joined(20, GOALS), null);
    join(20, SCORES, 21);
    fanOut.send(100, 31);

    assertThat(sent)
        .hasSize(11)
        .doesNotHaveDuplicates()
        .contains(Fleet.device(8), Fleet.device(20));
  }

  @Test
  void the_devices_of_several_topics_are_counted_and_looked_at_once_each() {
    for (int i = 5; i < 15; i++) {
      join(i, SCORES, 5);
    }
    FanOut fanOut = fanOut("'goals' in topics || 'scores' in topics");
    while (!fanOut.isOver()) {
      fanOut.send(2, 20);
    }

    assertThat(sent).hasSize(15).isSorted().doesNotHaveDuplicates();
    fanOut.toSave(1);
    assertThat(fanOut.toSave(2).seen()).isEqualTo(15);
  }

  /** What was written with a schema that no registry knows. */
  private static final byte UNKNOWN = 99;

  private boolean known;

  private FanOut fanOutOfUnknown(String condition) {
    return fanOut(
        Progress.NONE,
        TopicCondition.parse(condition),
        bytes -> {
          if (bytes[0] == UNKNOWN && !known) {
            throw UnreadableRecordException.ofUnknownSchema("schema id 7 can't be had", null);
          }
          return new Subscription(List.of(), 0L, null, "0f".repeat(32), (long) bytes[0]);
        });
  }

  private double passedOver() {
    return metrics.get("tidings.streams.broadcast.passed.over").counter().count();
  }

  @Test
  void a_subscriber_whose_schema_is_not_known_yet_is_waited_for_and_sent_to_in_its_place() {
    join(3, GOALS, UNKNOWN);
    FanOut fanOut = fanOutOfUnknown("'goals' in topics");
    fanOut.send(100, 1_000);
    assertThat(sent).containsExactly(Fleet.device(0), Fleet.device(1), Fleet.device(2));
    assertThat(fanOut.isOver()).isFalse();
    fanOut.toSave(1);
    assertThat(fanOut.toSave(2).cursor()).isEqualTo(new SubscriberCursor(Fleet.device(2)));

    known = true;
    // It is not asked for at each tick.
    assertThat(fanOut.send(100, 1_499)).isZero();
    fanOut.send(100, 1_500);

    assertThat(sent).hasSize(10).isSorted().doesNotHaveDuplicates();
    assertThat(fanOut.isOver()).isTrue();
    assertThat(passedOver()).isZero();
  }

  @Test
  void subscribers_whose_schemas_stay_unknown_hold_the_others_up_once_and_are_counted() {
    join(3, GOALS, UNKNOWN);
    join(5, GOALS, UNKNOWN);
    FanOut fanOut = fanOutOfUnknown("'goals' in topics");
    fanOut.send(100, 1_000);
    fanOut.send(100, 1_000 + SchemaWaits.PATIENCE_MILLIS - 1);
    assertThat(sent).hasSize(3);
    fanOut.send(100, 1_000 + SchemaWaits.PATIENCE_MILLIS + 500);

    assertThat(sent).hasSize(8).doesNotContain(Fleet.device(3), Fleet.device(5));
    assertThat(passedOver()).isEqualTo(2);
    assertThat(fanOut.isOver()).isTrue();
    fanOut.toSave(1);
    assertThat(fanOut.toSave(2).seen()).isEqualTo(10);
  }

  @Test
  void of_two_topics_the_record_that_can_be_read_counts_if_the_other_stays_unknown() {
    join(3, GOALS, UNKNOWN);
    join(3, SCORES, 5);
    FanOut fanOut = fanOutOfUnknown("'goals' in topics || 'scores' in topics");
    fanOut.send(100, 1_000);
    // The one that can't be read may be the later one.
    assertThat(sent).hasSize(3);
    fanOut.send(100, 1_000 + SchemaWaits.PATIENCE_MILLIS + 500);

    assertThat(sent).hasSize(10).contains(Fleet.device(3));
    assertThat(passedOver()).isZero();
  }

  private void join(int device, BroadcastTopic topic, int at) {
    subscribers.put(joined(device, topic), new byte[] {(byte) at});
  }

  @Test
  void a_table_that_is_restored_is_in_its_order_and_has_topics_only() {
    List<KeyValue<byte[], byte[]>> log = new ArrayList<>();
    for (int i = 20; i > 0; i--) {
      log.add(new KeyValue<>(joined(i, SCORES), new byte[] {1}));
    }
    log.add(new KeyValue<>(joined(7, SCORES), null));
    log.add(new KeyValue<>(new DeviceKey(Fleet.device(3), "").bytes(), new byte[] {1}));
    log.add(new KeyValue<>(new byte[] {0, 0, 9}, null));
    log.add(new KeyValue<>(null, new byte[] {1}));
    subscribers.restore(log);

    List<DeviceId> found =
        subscribers.behind(Fleet.APP, SCORES, null, 100).stream()
            .map(SubscriberStore.Row::device)
            .toList();
    assertThat(found).hasSize(19).isSorted().doesNotContain(Fleet.device(7));
    assertThat(subscribers.behind(Fleet.APP, GOALS, null, 100)).hasSize(10);
    assertThat(subscribers.behind(Fleet.APP, SCORES, Fleet.device(18), 100)).hasSize(2);
    assertThat(subscribers.behind(Fleet.APP, SCORES, Fleet.device(20), 100)).isEmpty();
  }

  private static byte[] joined(int device, BroadcastTopic topic) {
    return new TopicMembership(Fleet.device(device), Fleet.APP, topic).key().bytes();
  }

  @Test
  void a_cursor_is_what_its_bytes_say() {
    for (SubscriberCursor cursor :
        List.of(SubscriberCursor.START, new SubscriberCursor(new DeviceId("ä")))) {
      assertThat(SubscriberCursor.of(ByteBuffer.wrap(cursor.bytes()))).isEqualTo(cursor);
    }
    assertThat(SubscriberCursor.of(null)).isEqualTo(SubscriberCursor.START);
    assertThat(SubscriberCursor.of(ByteBuffer.wrap(new byte[] {-1, 7})))
        .isEqualTo(SubscriberCursor.START);
    // That of one topic, by a version that read one after the other.
    assertThat(SubscriberCursor.of(ByteBuffer.wrap(new byte[] {0, 'a'})))
        .isEqualTo(SubscriberCursor.START);
    assertThat(SubscriberCursor.of(ByteBuffer.wrap(new byte[] {-128})))
        .isEqualTo(SubscriberCursor.START);
  }
}
