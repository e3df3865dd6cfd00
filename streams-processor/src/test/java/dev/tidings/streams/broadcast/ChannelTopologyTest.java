package dev.tidings.streams.broadcast;

import static dev.tidings.streams.broadcast.Fleet.APP;
import static dev.tidings.streams.broadcast.Fleet.device;
import static dev.tidings.streams.broadcast.Fleet.id;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.NotificationId;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows G153 and G154 of docs/guarantees.md. */
final class ChannelTopologyTest {
  private static final String CHANNEL = "channel:Scores00";
  private static final String OTHER = "channel:Scores01";
  private static final Duration HOUR = Duration.ofHours(1);

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

  /**
   * A broadcast to a channel.
   *
   * @param keptFor null for one that is not to be kept
   */
  private Broadcast broadcast(int number, String channel, @Nullable Duration keptFor) {
    Broadcast broadcast = Fleet.broadcast(id(number), "'" + channel + "' in topics");
    broadcast
        .getNotification()
        .put("expiration", keptFor == null ? 0L : fleet.now().plus(keptFor).toEpochMilli());
    return broadcast;
  }

  private void send(int number, String channel, @Nullable Duration keptFor) {
    fleet.request(broadcast(number, channel, keptFor));
    settle();
  }

  /** Lets it be sent. */
  private void settle() {
    fleet.ticks(24);
  }

  private List<String> ids() {
    return fleet.sent().stream()
        .map(sent -> sent.device() + " " + Integer.parseInt(sent.delivery().getId().substring(24)))
        .toList();
  }

  private boolean isKept(int number) {
    return fleet.last(new BroadcastKey(id(number), 0, Kind.REQUEST).bytes()).isPresent();
  }

  private Fleet takeOver(String... joined) {
    Fleet next =
        new Fleet(
            directory.resolve("next-" + System.identityHashCode(joined)), registry, fleet.now());
    for (String each : joined) {
      next.hadJoined(device(Integer.parseInt(each)), CHANNEL);
    }
    next.read(fleet.broadcastLog);
    fleet.close();
    return next;
  }

  @Test
  void who_joins_later_gets_the_latest_message_that_is_kept_and_who_has_it_not_again() {
    fleet.join(device(1), CHANNEL);
    send(1, CHANNEL, HOUR);
    send(2, CHANNEL, HOUR);
    assertThat(ids()).containsExactly("phone-00001 1", "phone-00001 2");

    fleet.join(device(2), CHANNEL);
    fleet.join(device(3), OTHER);
    fleet.join(device(4), "goals");
    // The same record once more is nobody new.
    fleet.join(device(2), CHANNEL);
    fleet.join(device(1), CHANNEL);
    settle();

    assertThat(ids()).containsExactly("phone-00001 1", "phone-00001 2", "phone-00002 2");
    assertThat(fleet.sent().getLast().delivery().getToken()).isEqualTo(Fleet.token(device(2), APP));
    assertThat(isKept(1)).isFalse();
    assertThat(isKept(2)).isTrue();
    assertThat(fleet.progress(id(2)).orElseThrow().getEnding()).isEqualTo("completed");
    assertThat(fleet.deadLetters()).isZero();
  }

  @Test
  void what_is_not_to_be_kept_goes_to_who_has_joined_before_and_leaves_what_was_kept() {
    fleet.join(device(1), CHANNEL);
    send(1, CHANNEL, HOUR);
    send(2, CHANNEL, null);
    fleet.join(device(2), CHANNEL);
    settle();

    assertThat(ids()).containsExactly("phone-00001 1", "phone-00001 2", "phone-00002 1");
    assertThat(isKept(2)).isFalse();
  }

  @Test
  void what_has_expired_is_kept_no_more_and_nothing_for_longer_than_eight_hours() {
    send(1, CHANNEL, HOUR);
    send(2, OTHER, Duration.ofDays(3));
    fleet.pass(HOUR);
    settle();
    assertThat(isKept(1)).isFalse();
    assertThat(isKept(2)).isTrue();
    fleet.join(device(1), CHANNEL);
    fleet.join(device(2), OTHER);

    fleet.pass(Duration.ofHours(7));
    settle();
    assertThat(isKept(2)).isFalse();
    fleet.join(device(3), OTHER);
    settle();
    assertThat(ids()).containsExactly("phone-00002 2");
  }

  @Test
  void messages_to_one_channel_come_one_behind_the_other_and_those_to_another_beside_them() {
    int many = 400;
    for (int i = 0; i < many; i++) {
      fleet.join(device(i), CHANNEL);
    }
    fleet.join(device(1), OTHER);
    for (int i = 1; i <= 3; i++) {
      fleet.request(broadcast(i, CHANNEL, i == 3 ? null : HOUR));
    }
    fleet.request(broadcast(4, OTHER, HOUR));
    for (int i = 0; i < 8; i++) {
      settle();
    }

    List<String> of = ids().stream().filter(id -> !id.endsWith(" 4")).toList();
    assertThat(of).hasSize(3 * many);
    for (int i = 0; i < of.size(); i++) {
      assertThat(of.get(i)).endsWith(" " + (i / many + 1));
    }
    assertThat(ids().indexOf("phone-00001 4")).isBetween(0, many);
  }

  @Test
  void one_that_is_stopped_while_it_waits_does_not_hold_up_the_others() {
    for (int i = 0; i < 200; i++) {
      fleet.join(device(i), CHANNEL);
    }
    for (int i = 1; i <= 3; i++) {
      fleet.request(broadcast(i, CHANNEL, HOUR));
    }
    fleet.stop(id(2));
    for (int i = 0; i < 6; i++) {
      settle();
    }

    assertThat(ids()).hasSize(400).noneMatch(each -> each.endsWith(" 2"));
    assertThat(fleet.progress(id(2)).orElseThrow().getEnding()).isEqualTo("stopped");
    assertThat(isKept(1)).isFalse();
    assertThat(isKept(3)).isTrue();
  }

  @Test
  void who_takes_over_keeps_the_latest_one_and_sends_in_the_order_in_which_they_came() {
    fleet.join(device(1), CHANNEL);
    send(1, CHANNEL, HOUR);
    // Written to the log, and not looked at any more.
    for (int number : new int[] {4, 3}) {
      Broadcast waiting = broadcast(number, CHANNEL, HOUR);
      waiting.getNotification().put("acceptedAt", Fleet.START.toEpochMilli() + 10 - number);
      byte[] key = new BroadcastKey(id(number), 0, Kind.REQUEST).bytes();
      fleet.broadcastLog.add(new TestRecord<>(key, fleet.value(waiting)));
    }
    fleet = takeOver("1");
    fleet.join(device(2), CHANNEL);
    settle();
    settle();

    assertThat(ids())
        .containsExactly(
            "phone-00002 1", "phone-00001 4", "phone-00002 4", "phone-00001 3", "phone-00002 3");
    assertThat(isKept(1)).isFalse();
    assertThat(isKept(4)).isFalse();
    fleet.join(device(3), CHANNEL);
    assertThat(fleet.sent()).hasSize(5);
    settle();
    assertThat(ids().getLast()).isEqualTo("phone-00003 3");
  }

  /** Of who sends by another way than Apple's protocol. */
  @Test
  void one_that_is_to_be_sent_later_or_is_spread_holds_no_other_up() {
    fleet.join(device(1), CHANNEL);
    Broadcast later = broadcast(1, CHANNEL, HOUR);
    later.getNotification().put("deliverAt", fleet.now().plus(HOUR).toEpochMilli());
    fleet.request(later);
    Broadcast spread = broadcast(2, CHANNEL, HOUR);
    spread.put("spreadMillis", HOUR.toMillis());
    fleet.request(spread);
    send(3, CHANNEL, HOUR);

    assertThat(ids()).contains("phone-00001 3");
  }

  /** Five KiB, where a notification has four: Apple's limits. */
  @Test
  void a_message_to_a_channel_may_be_longer_than_others() {
    fleet.join(device(1), CHANNEL);
    fleet.join(device(1), "goals");
    byte[] payload = ("{\"a\":\"" + "x".repeat(5_120 - 8) + "\"}").getBytes(UTF_8);
    for (String topic : List.of(CHANNEL, "goals")) {
      NotificationId which = id(topic.length());
      Broadcast long5 = Fleet.broadcast(which, "'" + topic + "' in topics");
      long5.getNotification().put("payload", ByteBuffer.wrap(payload));
      long5.getNotification().put("expiration", 0L);
      fleet.request(long5);
      settle();
    }

    assertThat(fleet.sent()).hasSize(1);
    assertThat(fleet.sent().getFirst().delivery().getPayload().remaining()).isEqualTo(5_120);
    assertThat(fleet.progress(id(5)).orElseThrow().getEnding()).isEqualTo("rejected");
  }

  @Test
  void a_record_of_broadcasts_with_the_key_of_somebody_who_has_joined_has_nothing_sent() {
    send(1, CHANNEL, HOUR);
    byte[] key = new TopicMembership(device(9), APP, new BroadcastTopic(CHANNEL)).key().bytes();
    fleet.writeBroadcast(key, fleet.session());
    settle();

    assertThat(fleet.sent()).isEmpty();
    assertThat(fleet.deadLetters()).isEqualTo(1);
  }

  /** Of the same app: how those ended is told no more. */
  @Test
  void what_is_kept_stays_however_many_other_broadcasts_have_ended_since() {
    send(1, CHANNEL, HOUR);
    for (int i = 0; i <= Ended.MOST; i++) {
      byte[] key = new BroadcastKey(id(100 + i), 0, Kind.PROGRESS).bytes();
      fleet.writeBroadcast(
          key,
          fleet.value(
              BroadcastReader.unsent(
                  APP.value(), "'goals' in topics", "completed", fleet.now().toEpochMilli() + i)));
    }
    settle();

    assertThat(isKept(1)).isTrue();
    fleet.join(device(9), CHANNEL);
    settle();
    assertThat(ids()).containsExactly("phone-00009 1");
  }

  @Test
  void one_that_has_expired_before_its_turn_leaves_what_was_kept() {
    send(1, CHANNEL, Duration.ofHours(2));
    fleet.request(broadcast(2, CHANNEL, Duration.ofSeconds(1)));
    fleet.pass(Duration.ofSeconds(2));
    settle();

    assertThat(fleet.progress(id(2)).orElseThrow().getEnding()).isEqualTo("expired");
    assertThat(isKept(2)).isFalse();
    assertThat(isKept(1)).isTrue();
    fleet.join(device(2), CHANNEL);
    settle();
    assertThat(ids()).containsExactly("phone-00002 1");
  }

  @Test
  void one_that_has_expired_while_nobody_had_the_partition_leaves_what_was_kept() {
    fleet.join(device(1), CHANNEL);
    send(1, CHANNEL, Duration.ofHours(2));
    Broadcast begun = broadcast(2, CHANNEL, Duration.ofSeconds(1));
    fleet.broadcastLog.add(
        new TestRecord<>(new BroadcastKey(id(2), 0, Kind.REQUEST).bytes(), fleet.value(begun)));
    fleet.pass(Duration.ofSeconds(2));
    fleet = takeOver("1");
    settle();

    assertThat(isKept(1)).isTrue();
    assertThat(isKept(2)).isFalse();
  }

  @Test
  void the_eight_hours_do_not_begin_anew_for_whoever_takes_over() {
    send(1, CHANNEL, Duration.ofDays(3));
    fleet.pass(Duration.ofHours(7));
    fleet = takeOver();
    settle();
    assertThat(isKept(1)).isTrue();

    fleet.pass(Duration.ofHours(1));
    settle();

    assertThat(isKept(1)).isFalse();
    fleet.join(device(2), CHANNEL);
    settle();
    assertThat(fleet.sent()).isEmpty();
  }

  /** It was saved that it had begun, and not how it ended. */
  @Test
  void the_eight_hours_of_one_that_was_being_sent_do_not_begin_anew_either() {
    for (int i = 0; i < 200; i++) {
      fleet.join(device(i), CHANNEL);
    }
    fleet.request(broadcast(1, CHANNEL, Duration.ofDays(3)));
    fleet.ticks(5);
    assertThat(fleet.progress(id(1)).orElseThrow().getEndedAt()).isNull();
    fleet.pass(Duration.ofHours(8));
    fleet = takeOver("1");
    settle();

    assertThat(fleet.progress(id(1)).orElseThrow().getEnding()).isEqualTo("completed");
    assertThat(isKept(1)).isFalse();
  }

  /** The node knows only so many of the last ids again: between the two there may be more. */
  @Test
  void who_joins_while_it_is_being_sent_gets_it_once_in_front_of_where_it_is_and_behind() {
    for (int i = 100; i < 500; i++) {
      fleet.join(device(i), CHANNEL);
    }
    fleet.request(broadcast(1, CHANNEL, HOUR));
    fleet.ticks(4);
    assertThat(ids()).hasSizeBetween(1, 390);
    fleet.join(device(999), CHANNEL);
    fleet.join(device(1), CHANNEL);
    fleet.ticks(60);

    assertThat(ids()).hasSize(402).doesNotHaveDuplicates();
    fleet.join(device(998), CHANNEL);
    settle();
    assertThat(ids()).hasSize(403).endsWith("phone-00998 1");
  }

  /** It is in the table, with how far it has come, and has no place yet. */
  @Test
  void who_joins_between_a_crash_and_the_next_turn_gets_it_once() {
    for (int i = 100; i < 500; i++) {
      fleet.join(device(i), CHANNEL);
    }
    fleet.request(broadcast(1, CHANNEL, HOUR));
    fleet.ticks(6);
    assertThat(fleet.progress(id(1)).orElseThrow().getSent()).isBetween(1L, 390L);
    fleet = takeOver("100");
    fleet.join(device(999), CHANNEL);
    fleet.ticks(60);

    assertThat(ids()).containsOnlyOnce("phone-00999 1");
  }

  /** Takes how far one has come out of the log, as if that was still to be read. */
  private List<TestRecord<byte[], byte[]>> withoutProgress(int number) {
    byte[] key = new BroadcastKey(id(number), 0, Kind.PROGRESS).bytes();
    List<TestRecord<byte[], byte[]>> taken =
        fleet.broadcastLog.stream().filter(record -> Arrays.equals(record.key(), key)).toList();
    fleet.broadcastLog.removeAll(taken);
    return taken;
  }

  /** The table of who takes over has not got yet that it has ended. */
  @Test
  void who_joins_before_it_is_read_how_one_has_ended_gets_it_once() {
    fleet.join(device(1), CHANNEL);
    send(1, CHANNEL, HOUR);
    send(2, CHANNEL, HOUR);
    List<TestRecord<byte[], byte[]>> progress = withoutProgress(2);
    fleet = takeOver("1");
    fleet.join(device(999), CHANNEL);
    fleet.join(device(998), CHANNEL);
    fleet.leave(device(998), CHANNEL);
    fleet.read(progress);
    settle();

    assertThat(ids()).containsOnlyOnce("phone-00999 2").doesNotContain("phone-00998 2");
    fleet.join(device(997), CHANNEL);
    settle();
    assertThat(ids()).endsWith("phone-00997 2");
    assertThat(ids()).doesNotHaveDuplicates();
  }

  /** What it has written itself comes back from the log, and not at once. */
  @Test
  void who_joins_when_it_has_ended_but_that_is_not_read_yet_gets_it_once() {
    fleet.close();
    fleet =
        new Fleet(directory.resolve("apart"), registry, Fleet.START, new TopicNames("written."));
    fleet.join(device(1), CHANNEL);
    fleet.request(broadcast(1, CHANNEL, HOUR));
    while (fleet.progress(id(1)).flatMap(told -> Optional.ofNullable(told.getEnding())).isEmpty()) {
      fleet.read(taken());
      fleet.ticks(1);
    }
    fleet.join(device(2), CHANNEL);
    fleet.ticks(2);
    assertThat(ids()).containsExactly("phone-00001 1", "phone-00002 1");

    fleet.read(taken());
    fleet.join(device(3), CHANNEL);
    fleet.ticks(2);
    assertThat(ids()).containsExactly("phone-00001 1", "phone-00002 1", "phone-00003 1");
  }

  private List<TestRecord<byte[], byte[]>> taken() {
    List<TestRecord<byte[], byte[]>> all = List.copyOf(fleet.unread);
    fleet.unread.clear();
    return all;
  }

  /** The slice behind which it joins was sent before: nobody comes to it any more. */
  @Test
  void who_joins_before_it_is_read_that_one_has_come_beyond_it_gets_it_once() {
    for (int i = 100; i < 500; i++) {
      fleet.join(device(i), CHANNEL);
    }
    fleet.request(broadcast(1, CHANNEL, HOUR));
    fleet.ticks(6);
    assertThat(fleet.progress(id(1)).orElseThrow().getSent()).isBetween(1L, 390L);
    List<TestRecord<byte[], byte[]>> progress = withoutProgress(1);
    fleet = takeOver("100");
    fleet.join(device(1), CHANNEL);
    fleet.join(device(999), CHANNEL);
    fleet.read(progress);
    fleet.ticks(60);

    assertThat(ids()).containsOnlyOnce("phone-00001 1").containsOnlyOnce("phone-00999 1");
  }

  /** What is written when a channel is deleted. */
  private Broadcast forgetting(int number, String channel) {
    Broadcast broadcast = broadcast(number, channel, null);
    broadcast.getNotification().put("payload", ByteBuffer.allocate(0));
    return broadcast;
  }

  @Test
  void who_joins_a_channel_that_was_deleted_gets_nothing() {
    fleet.join(device(1), CHANNEL);
    send(1, CHANNEL, HOUR);
    send(2, OTHER, HOUR);
    fleet.request(forgetting(3, CHANNEL));
    settle();

    assertThat(isKept(1)).isFalse();
    assertThat(isKept(3)).isFalse();
    assertThat(fleet.progress(id(3)).orElseThrow().getEnding()).isEqualTo("completed");
    assertThat(fleet.deadLetters()).isZero();
    fleet.join(device(2), CHANNEL);
    fleet.join(device(3), OTHER);
    settle();
    assertThat(ids()).containsExactly("phone-00001 1", "phone-00003 2");
    fleet = takeOver("1", "2");
    fleet.join(device(4), CHANNEL);
    settle();
    assertThat(fleet.sent()).isEmpty();
  }

  /** The channel is deleted behind what was sent: all of it still comes, whoever sends it. */
  @Test
  void what_was_sent_before_its_channel_was_deleted_is_sent_to_all_and_then_not_kept() {
    for (int i = 100; i < 300; i++) {
      fleet.join(device(i), CHANNEL);
    }
    for (int i = 1; i <= 2; i++) {
      fleet.request(broadcast(i, CHANNEL, HOUR));
    }
    fleet.request(forgetting(3, CHANNEL));
    fleet.ticks(4);
    assertThat(ids()).hasSizeBetween(1, 190);
    fleet = takeOver("100", "101");
    for (int i = 0; i < 4; i++) {
      settle();
    }

    assertThat(ids()).contains("phone-00101 2");
    assertThat(isKept(2)).isFalse();
    assertThat(isKept(3)).isFalse();
    int before = fleet.sent().size();
    fleet.join(device(1), CHANNEL);
    settle();
    assertThat(fleet.sent()).hasSize(before);
  }

  /** Returns a record with the id of a schema that the registry gets when it is told to. */
  private byte[] ofNextSchema(byte[] value, Schema schema) {
    int known = registry.put("another", schema.toString(), "");
    byte[] unknown = value.clone();
    ByteBuffer.wrap(unknown).putInt(1, known + 1);
    return unknown;
  }

  private void makeKnown(Schema schema) {
    registry.put("another", schema.toString(), "");
  }

  /** A newer process has written it, and the registry that is asked is behind. */
  @Test
  void what_is_kept_is_not_sent_again_because_how_it_ended_can_not_be_read_yet() {
    fleet.join(device(1), CHANNEL);
    send(1, CHANNEL, Duration.ofHours(6));
    byte[] key = new BroadcastKey(id(1), 0, Kind.PROGRESS).bytes();
    byte[] unknown = ofNextSchema(fleet.last(key).orElseThrow(), Broadcast.getClassSchema());
    fleet.broadcastLog.removeIf(record -> Arrays.equals(record.key(), key));
    fleet.broadcastLog.add(new TestRecord<>(key, unknown));
    fleet = takeOver("1");
    settle();
    fleet.pass(Duration.ofSeconds(30));
    settle();
    assertThat(fleet.sent()).isEmpty();
    assertThat(isKept(1)).isTrue();
    assertThat(fleet.last(key).orElseThrow()).isEqualTo(unknown);

    makeKnown(Broadcast.getClassSchema());
    AtomicInteger next = new AtomicInteger(100);
    // A schema that is not known is not asked for again at once.
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          fleet.pass(Duration.ofSeconds(10));
          settle();
          fleet.join(device(next.incrementAndGet()), CHANNEL);
          settle();
          assertThat(fleet.sent()).isNotEmpty();
        });
    assertThat(ids()).containsExactly("phone-00" + next + " 1");
    assertThat(isKept(1)).isTrue();
  }

  @Test
  void who_joins_by_a_record_that_can_not_be_read_yet_gets_what_is_kept_when_it_can() {
    send(1, CHANNEL, HOUR);
    fleet.join(device(7), OTHER);
    byte[] readable = fleet.joined(device(5), APP);
    byte[] unknown = ofNextSchema(readable, Subscription.getClassSchema());
    for (int i : new int[] {5, 6}) {
      BroadcastTopic channel = new BroadcastTopic(CHANNEL);
      fleet.write(new TopicMembership(device(i), APP, channel).key().bytes(), unknown);
    }
    fleet.leave(device(6), CHANNEL);
    settle();
    assertThat(fleet.sent()).isEmpty();

    makeKnown(Subscription.getClassSchema());
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          fleet.pass(Duration.ofSeconds(2));
          assertThat(ids()).containsExactly("phone-00005 1");
        });
  }
}
