package dev.tidings.streams.broadcast;

import static dev.tidings.streams.broadcast.Fleet.APP;
import static dev.tidings.streams.broadcast.Fleet.ID;
import static dev.tidings.streams.broadcast.Fleet.broadcast;
import static dev.tidings.streams.broadcast.Fleet.device;
import static dev.tidings.streams.broadcast.Fleet.id;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G130 and G131 of docs/guarantees.md. */
final class BroadcastTopologyTest {
  private static final String GOALS = "'goals' in topics";

  @TempDir Path directory;

  private final FakeRegistry registry = new FakeRegistry();
  private Fleet fleet;

  @BeforeEach
  void start() {
    fleet = new Fleet(directory.resolve("first"), registry, Fleet.START);
  }

  @AfterEach
  void stop() {
    fleet.close();
    registry.close();
  }

  /** Another process takes over with nothing on its disk but what the log has. */
  private Fleet takeOver(Fleet from, int devices, String... left) {
    Fleet next = new Fleet(directory.resolve("next-" + devices), registry, from.now());
    for (int i = 0; i < devices; i++) {
      if (!Set.of(left).contains(device(i).value())) {
        next.join(device(i), "goals");
      }
    }
    next.read(from.broadcastLog);
    return next;
  }

  private static Set<DeviceId> devices(int from, int to) {
    return new HashSet<>(IntStream.range(from, to).mapToObj(Fleet::device).toList());
  }

  private String ending() {
    return fleet.progress(ID).map(Broadcast::getEnding).orElse(null);
  }

  @Test
  void who_has_joined_the_topic_gets_it_once_and_nobody_else() {
    fleet.join(device(1), "goals");
    fleet.join(device(2), "goals");
    fleet.join(device(3), "goal");
    fleet.join(device(4), "goals2");
    fleet.join(device(5), new AppId("com.example.newspaper"), "goals");
    fleet.join(device(6), "goals");
    fleet.leave(device(6), "goals");
    fleet.write(new DeviceKey(device(7), "").bytes(), fleet.session());

    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(20);

    assertThat(fleet.recipients()).containsExactly(device(1), device(2));
    Delivery delivery = fleet.sent().getFirst().delivery();
    assertThat(delivery.getId()).isEqualTo(ID.value());
    assertThat(delivery.getToken()).isEqualTo(Fleet.token(device(1), APP));
    assertThat(delivery.getApp()).isEqualTo(APP.value());
    assertThat(delivery.getSteps())
        .extracting(Step::getName)
        .containsExactly(StepName.ACCEPTED, StepName.RESOLVED);
    assertThat(delivery.getSteps().getFirst().getWhere()).isEqualTo("ingest-1");
    Broadcast progress = fleet.progress(ID).orElseThrow();
    assertThat(progress.getEnding()).isEqualTo("completed");
    assertThat(progress.getSent()).isEqualTo(2);
    assertThat(progress.getSeen()).isEqualTo(2);
  }

  /** Any producer can write one, and Kafka Streams' default would stop the partition for good. */
  @Test
  void records_without_a_time_are_records_as_others() {
    fleet.writeWithoutTime();
    fleet.join(device(1), "goals");
    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(20);

    assertThat(fleet.recipients()).containsExactly(device(1));
    assertThat(ending()).isEqualTo("completed");
  }

  @Test
  void a_topic_that_nobody_has_joined_is_completed_with_nobody() {
    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(20);

    assertThat(fleet.sent()).isEmpty();
    assertThat(ending()).isEqualTo("completed");
    assertThat(fleet.deadLetters()).isZero();
  }

  @Test
  void its_payload_leaves_the_topic_when_it_has_ended_and_what_became_of_it_later() {
    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(20);

    assertThat(fleet.last(new BroadcastKey(ID, 0, Kind.REQUEST).bytes())).isEmpty();
    assertThat(fleet.progress(ID)).isPresent();
    fleet.pass(Duration.ofDays(7).plusSeconds(1));
    assertThat(fleet.progress(ID)).isEmpty();
  }

  @Test
  void a_thousand_subscribers_are_sent_to_in_slices_and_at_the_rate_that_is_set() {
    for (int i = 0; i < 1_000; i++) {
      fleet.join(device(i), "goals");
    }
    fleet.request(broadcast(ID, GOALS));
    int before = 0;
    int largest = 0;
    for (int tick = 0; tick < 19; tick++) {
      fleet.ticks(1);
      largest = Math.max(largest, fleet.sent().size() - before);
      before = fleet.sent().size();
    }

    // 50 ms at 1,000 a second.
    assertThat(largest).isBetween(1, 50);
    assertThat(before).isBetween(500, 950);
    fleet.ticks(20);
    assertThat(fleet.recipients()).hasSize(1_000).doesNotHaveDuplicates();
    assertThat(ending()).isEqualTo("completed");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 12, 21, 30})
  void after_a_crash_nobody_is_missed_and_what_was_committed_is_not_repeated(int ticks) {
    for (int i = 0; i < 1_000; i++) {
      fleet.join(device(i), "goals");
    }
    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(ticks);
    List<DeviceId> first = fleet.recipients();

    try (Fleet next = takeOver(fleet, 1_000)) {
      next.ticks(40);

      Set<DeviceId> all = new HashSet<>(first);
      all.addAll(next.recipients());
      assertThat(all).isEqualTo(devices(0, 1_000));
      // At most what was written since the last saved cursor: two ticks.
      assertThat(first.size() + next.recipients().size()).isBetween(1_000, 1_100);
      assertThat(next.progress(ID).orElseThrow().getEnding()).isEqualTo("completed");
      assertThat(next.progress(ID).orElseThrow().getSent()).isEqualTo(1_000);
    }
  }

  @Test
  void nothing_is_sent_before_the_topic_has_been_read_up_to_the_own_mark() {
    fleet.join(device(1), "goals");
    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(20);
    // The request as in the log, and behind it how it ended.
    try (Fleet next = takeOver(fleet, 2)) {
      next.ticks(20);

      assertThat(next.sent()).isEmpty();
    }
  }

  @Test
  void who_leaves_in_the_middle_gets_it_no_more_and_who_joins_in_the_part_to_come_does() {
    for (int i = 0; i < 200; i += 2) {
      fleet.join(device(i), "goals");
    }
    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(3);
    assertThat(fleet.sent()).hasSizeLessThan(100);
    fleet.leave(device(198), "goals");
    fleet.join(device(199), "goals");
    fleet.ticks(20);

    assertThat(fleet.recipients()).hasSize(100).contains(device(199)).doesNotContain(device(198));
  }

  @Test
  void a_condition_of_topics_is_met_once_by_each_device() {
    fleet.join(device(1), "a");
    fleet.join(device(2), "a");
    fleet.join(device(2), "b");
    fleet.join(device(3), "b");
    fleet.join(device(4), "a");
    fleet.join(device(4), "muted");
    fleet.join(device(5), "c");

    fleet.request(broadcast(id(1), "'a' in topics && !('muted' in topics)"));
    fleet.ticks(20);
    assertThat(fleet.recipients()).containsExactly(device(1), device(2));
    fleet.sent().clear();

    fleet.request(broadcast(id(2), "('a' in topics || 'b' in topics) && !('muted' in topics)"));
    fleet.ticks(20);
    assertThat(fleet.recipients()).containsExactly(device(1), device(2), device(3));
    fleet.sent().clear();

    fleet.request(broadcast(id(3), "'a' in topics && 'b' in topics"));
    fleet.ticks(20);
    assertThat(fleet.recipients()).containsExactly(device(2));
  }

  @Test
  void one_that_is_stopped_sends_no_more_and_says_how_far_it_came() {
    for (int i = 0; i < 1_000; i++) {
      fleet.join(device(i), "goals");
    }
    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(5);
    fleet.stop(ID);
    int sent = fleet.sent().size();
    assertThat(sent).isBetween(1, 500);
    fleet.ticks(20);

    assertThat(fleet.sent()).hasSize(sent);
    assertThat(ending()).isEqualTo("stopped");
    assertThat(fleet.progress(ID).orElseThrow().getSent()).isEqualTo(sent);
    try (Fleet next = takeOver(fleet, 1_000)) {
      next.ticks(40);
      assertThat(next.sent()).isEmpty();
    }
  }

  @Test
  void a_stop_that_the_crashed_process_did_not_carry_out_is_carried_out_by_the_next() {
    fleet.join(device(0), "goals");
    fleet.request(later(Duration.ofDays(1)));
    fleet.ticks(5);
    fleet.stop(ID);

    try (Fleet next = takeOver(fleet, 1)) {
      next.ticks(20);
      assertThat(next.progress(ID).orElseThrow().getEnding()).isEqualTo("stopped");
      next.pass(Duration.ofDays(2));
      next.ticks(20);
      assertThat(next.sent()).isEmpty();
    }
  }

  private static Broadcast later(Duration later) {
    Broadcast broadcast = broadcast(ID, GOALS);
    broadcast.getNotification().put("deliverAt", Fleet.START.plus(later).toEpochMilli());
    return broadcast;
  }

  @Test
  void one_for_later_waits_for_its_time() {
    fleet.join(device(1), "goals");
    fleet.request(later(Duration.ofMinutes(10)));
    fleet.pass(Duration.ofMinutes(9));
    fleet.ticks(10);
    assertThat(fleet.sent()).isEmpty();

    fleet.pass(Duration.ofMinutes(1));
    fleet.ticks(20);
    assertThat(fleet.recipients()).containsExactly(device(1));
  }

  @Test
  void one_that_expires_on_its_way_ends_there() {
    for (int i = 0; i < 1_000; i++) {
      fleet.join(device(i), "goals");
    }
    Broadcast broadcast = broadcast(ID, GOALS);
    broadcast.getNotification().put("expiration", Fleet.START.plusMillis(500).toEpochMilli());
    fleet.request(broadcast);
    fleet.ticks(40);

    assertThat(fleet.sent()).hasSizeBetween(1, 500);
    assertThat(ending()).isEqualTo("expired");
  }

  @Test
  void one_that_is_spread_takes_its_time_and_goes_on_evenly_after_a_crash() {
    for (int i = 0; i < 100; i++) {
      fleet.join(device(i), "goals");
    }
    Broadcast broadcast = broadcast(ID, GOALS);
    broadcast.put("spreadMillis", 10_000L);
    fleet.request(broadcast);
    fleet.ticks(100);

    assertThat(fleet.sent()).hasSizeBetween(40, 52);
    try (Fleet next = takeOver(fleet, 100)) {
      next.ticks(50);
      Set<DeviceId> all = new HashSet<>(fleet.recipients());
      all.addAll(next.recipients());
      assertThat(all).hasSizeBetween(65, 77);
      next.ticks(100);
      all.addAll(next.recipients());
      assertThat(all).isEqualTo(devices(0, 100));
      assertThat(next.progress(ID).orElseThrow().getSubscribers()).isEqualTo(100);
    }
  }

  @Test
  void several_are_sent_side_by_side() {
    for (int i = 0; i < 500; i++) {
      fleet.join(device(i), "goals");
    }
    fleet.join(device(600), "scores");
    fleet.request(broadcast(id(1), GOALS));
    fleet.ticks(4);
    fleet.request(broadcast(id(2), "'scores' in topics"));
    fleet.ticks(4);

    assertThat(fleet.recipients()).contains(device(600));
    assertThat(fleet.progress(id(1)).orElseThrow().getEnding()).isNull();
    fleet.ticks(20);
    assertThat(fleet.recipients()).hasSize(501);
  }

  @Test
  void the_same_again_is_not_sent_again_and_another_one_with_its_id_neither() {
    fleet.join(device(1), "goals");
    fleet.join(device(2), "scores");
    fleet.request(broadcast(ID, GOALS));
    fleet.request(broadcast(ID, GOALS));
    fleet.request(broadcast(ID, "'scores' in topics"));
    fleet.ticks(20);
    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(20);

    assertThat(fleet.recipients()).containsExactly(device(1));
    assertThat(fleet.last(new BroadcastKey(ID, 0, Kind.REQUEST).bytes())).isEmpty();
  }

  /** It wrote before it learned that it had lost the partition: it stood still for a while. */
  @Test
  void what_an_earlier_owner_still_writes_of_one_that_has_ended_changes_nothing() {
    devices(0, 10).forEach(device -> fleet.join(device, "goals"));
    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(20);
    assertThat(fleet.recipients()).hasSize(10);
    byte[] key = new BroadcastKey(ID, 0, Kind.PROGRESS).bytes();
    byte[] end = fleet.last(key).orElseThrow();

    Broadcast late = broadcast(ID, GOALS);
    late.put("notification", null);
    late.put("startedAt", 1L);
    late.put("sent", 3L);
    fleet.request(key, late);
    fleet.ticks(5);
    assertThat(fleet.last(key)).contains(end);
    assertThat(ending()).isEqualTo("completed");

    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(20);
    assertThat(fleet.recipients()).hasSize(10);
  }

  /** Its first try came to some partitions only, and was stopped before the second. */
  @Test
  void one_that_was_stopped_before_it_came_is_not_sent_but_only_in_the_name_of_its_app() {
    fleet.join(device(1), "goals");
    fleet.stop(ID);
    fleet.ticks(2);
    assertThat(ending()).isEqualTo("stopped");
    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(20);
    assertThat(fleet.recipients()).isEmpty();
    assertThat(ending()).isEqualTo("stopped");
    assertThat(fleet.last(new BroadcastKey(ID, 0, Kind.REQUEST).bytes())).isEmpty();

    Broadcast foreign = broadcast(id(2), "");
    foreign.put("notification", null);
    foreign.put("app", "com.example.other");
    fleet.request(new BroadcastKey(id(2), 0, Kind.STOP).bytes(), foreign);
    fleet.ticks(2);
    fleet.request(broadcast(id(2), GOALS));
    fleet.ticks(20);
    assertThat(fleet.recipients()).containsExactly(device(1));
  }

  /** A newer node has written it, and the registry that is asked is behind. */
  @Test
  void a_subscriber_whose_record_can_not_be_read_yet_is_sent_to_when_it_can() {
    fleet.join(device(1), "goals");
    fleet.join(device(3), "goals");
    // All schemas but that one have their ids.
    fleet.request(broadcast(id(2), GOALS));
    fleet.ticks(40);
    byte[] value = fleet.joined(device(2), APP);
    String schema = Subscription.getClassSchema().toString();
    ByteBuffer.wrap(value).putInt(1, registry.put("another", schema, "") + 1);
    fleet.write(
        new TopicMembership(device(2), APP, new BroadcastTopic("goals")).key().bytes(), value);
    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(40);
    assertThat(fleet.recipients()).containsExactly(device(1), device(3), device(1));
    assertThat(ending()).isNull();

    registry.put("another", schema, "");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          fleet.pass(Duration.ofSeconds(1));
          assertThat(fleet.recipients())
              .containsExactly(device(1), device(3), device(1), device(2), device(3));
        });
    fleet.ticks(20);
    assertThat(ending()).isEqualTo("completed");
  }

  /** Nobody could tell when it came. */
  @Test
  void one_that_turns_out_not_to_be_valid_when_its_schema_is_known_is_rejected_and_says_so() {
    fleet.join(device(1), "goals");
    byte[] value = fleet.value(broadcast(id(2), GOALS));
    String schema = Broadcast.getClassSchema().toString();
    int known = registry.put("another", schema, "");
    ByteBuffer.wrap(value).putInt(1, known + 1);
    // The key is that of another one.
    fleet.writeBroadcast(new BroadcastKey(ID, 0, Kind.REQUEST).bytes(), value);
    fleet.ticks(20);
    assertThat(ending()).isNull();

    registry.put("another", schema, "");
    // A schema that is not known is not asked for again at once.
    await()
        .untilAsserted(() -> {
          fleet.pass(Duration.ofSeconds(10));
          assertThat(ending()).isEqualTo("rejected");
        });
    assertThat(fleet.recipients()).isEmpty();
    assertThat(fleet.last(new BroadcastKey(ID, 0, Kind.REQUEST).bytes())).isEmpty();
  }

  @Test
  void what_is_no_broadcast_is_a_dead_letter_and_the_next_one_is_sent() {
    fleet.join(device(1), "goals");
    fleet.writeBroadcast("x".getBytes(UTF_8), "y".getBytes(UTF_8));
    fleet.writeBroadcast(
        new BroadcastKey(id(3), 0, Kind.REQUEST).bytes(), "no record".getBytes(UTF_8));
    fleet.request(new BroadcastKey(id(4), 7, Kind.REQUEST).bytes(), broadcast(id(4), GOALS));
    fleet.request(new BroadcastKey(id(5), 0, Kind.REQUEST).bytes(), broadcast(id(6), GOALS));
    fleet.request(broadcast(id(7), "!('goals' in topics)"));
    Broadcast foreign = broadcast(id(8), GOALS);
    foreign.put("app", "com.example.other");
    fleet.request(foreign);
    Broadcast type = broadcast(id(9), GOALS);
    type.getNotification().put("pushType", "nonsense");
    fleet.request(type);
    Broadcast empty = broadcast(id(10), GOALS);
    empty.put("notification", null);
    fleet.request(new BroadcastKey(id(10), 0, Kind.REQUEST).bytes(), empty);
    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(20);

    assertThat(fleet.deadLetters()).isEqualTo(8);
    assertThat(fleet.recipients()).containsExactly(device(1));
  }

  /** Left out it would be sent at night, or in a language that the device's user does not read. */
  @Test
  void what_depends_on_the_device_is_refused_and_not_left_out() {
    fleet.join(device(1), "goals");
    Map<String, Object> fields =
        Map.of(
            "quietHours", "22:00-07:00",
            "localDeliverAt", "2026-12-24T18:00",
            "localized", Map.of("de", ByteBuffer.wrap("{}".getBytes(UTF_8))),
            "device", "phone-1");
    int number = 20;
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      Broadcast broadcast = broadcast(id(number++), GOALS);
      broadcast.getNotification().put(field.getKey(), field.getValue());
      fleet.request(broadcast);
    }
    fleet.ticks(20);

    assertThat(fleet.deadLetters()).isEqualTo(fields.size());
    assertThat(fleet.recipients()).isEmpty();
  }

  @Test
  void a_record_among_the_subscribers_that_is_none_is_passed_over() {
    fleet.join(device(1), "goals");
    fleet.join(device(3), "goals");
    fleet.write(
        new DeviceKey(device(2), "com.example.news/goals").bytes(), "no record".getBytes(UTF_8));
    fleet.write(new DeviceKey(device(4), "com.example.news/goals").bytes(), fleet.session());
    fleet.write(new byte[] {0, 0, 1, 2, 3}, null);
    fleet.request(broadcast(ID, GOALS));
    fleet.ticks(20);

    assertThat(fleet.recipients()).containsExactly(device(1), device(3));
    assertThat(ending()).isEqualTo("completed");
  }
}
