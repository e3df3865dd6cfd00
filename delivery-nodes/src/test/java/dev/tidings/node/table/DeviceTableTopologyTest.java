package dev.tidings.node.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.node.register.Generations;
import dev.tidings.node.subscriber.Subscribers;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Membership;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.testing.ForeignValue;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.value.DeviceId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Shows G35, G36, G51 and G133 of docs/guarantees.md. */
final class DeviceTableTopologyTest {
  private static final DeviceId DEVICE = new DeviceId("phone-1");
  private static final DeviceKey KEY = new DeviceKey(DEVICE, "com.example.news");

  @TempDir Path directory;

  private final FakeRegistry registry = new FakeRegistry();

  @AfterEach
  void stop() {
    registry.close();
  }

  private TableHarness<Generation> open() {
    return new TableHarness<>(
        directory,
        LogTopics.GENERATIONS,
        (before, after) -> after != null && after.getNumber() >= before.getNumber(),
        registry);
  }

  private static Generation generation(int number) {
    return new Generation(number, true, 1_000L, false, 0, null, null);
  }

  @Test
  void its_partitions_go_with_the_inbox() {
    try (var harness = open()) {
      assertThat(harness.topology().describe().subtopologies()).hasSize(1);
    }
  }

  @Test
  void a_read_waits_until_what_was_written_before_the_take_over_is_there() {
    try (var harness = open()) {
      CompletableFuture<Optional<Generation>> read = harness.table().get(KEY);
      harness.arrives(KEY.bytes(), harness.serialized(generation(3)));
      assertThat(read).isNotDone();

      harness.comeBack();

      assertThat(read.join()).contains(generation(3));
    }
  }

  /** Any producer can write one, and Kafka Streams' default would stop the partition for good. */
  @Test
  void a_record_without_a_time_is_a_record_and_so_is_the_next() {
    try (var harness = open()) {
      harness.comeBack();
      harness.arrivesTimeless(KEY.bytes(), harness.serialized(generation(3)));
      assertThat(harness.table().get(KEY).join()).contains(generation(3));

      harness.arrives(KEY.bytes(), harness.serialized(generation(4)));

      assertThat(harness.table().get(KEY).join()).contains(generation(4));
    }
  }

  @Test
  void what_is_written_is_read_before_it_comes_back_and_after() {
    try (var harness = open()) {
      harness.comeBack();
      assertThat(harness.table().get(KEY).join()).isEmpty();

      harness.table().put(KEY, generation(1)).join();
      assertThat(harness.table().get(KEY).join()).contains(generation(1));
      assertThat(harness.table().all(DEVICE, 10).join())
          .containsExactly(Map.entry(KEY.name(), generation(1)));
      harness.comeBack();
      assertThat(harness.table().unseen()).isZero();
      assertThat(harness.table().get(KEY).join()).contains(generation(1));
    }
  }

  @Test
  void an_older_write_that_comes_back_hides_not_the_newer_one() {
    try (var harness = open()) {
      harness.comeBack();
      harness.table().put(KEY, generation(1)).join();
      harness.written();
      harness.comeBack();
      harness.table().put(KEY, generation(2)).join();

      harness.arrives(KEY.bytes(), harness.serialized(generation(1)));

      assertThat(harness.table().get(KEY).join()).contains(generation(2));
    }
  }

  /** Where another program has put it back, by its own hash of the whole key. */
  @Test
  void a_record_in_another_partition_than_its_device_s_is_shown_to_nobody() {
    List<DeviceKey> keys =
        IntStream.range(0, 100)
            .mapToObj(number -> new DeviceKey(new DeviceId("phone-" + number), "a"))
            .toList();
    DeviceKey away = keys.stream().filter(key -> partition(key) == 1).findFirst().orElseThrow();
    // Behind it in the store.
    DeviceKey here =
        keys.stream()
            .filter(key -> partition(key) == 0)
            .filter(key -> Bytes.wrap(key.bytes()).compareTo(Bytes.wrap(away.bytes())) > 0)
            .findFirst()
            .orElseThrow();
    try (var harness =
        TableHarness.ofPartitions(
            2, directory, LogTopics.GENERATIONS, (before, after) -> true, registry)) {
      harness.comeBack();
      Queue<DeviceKey> shown = new ConcurrentLinkedQueue<>();
      harness.table().watch((key, current) -> shown.add(key));
      harness.arrives(away.bytes(), harness.serialized(generation(1)));
      harness.arrives(here.bytes(), harness.serialized(generation(1)));
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> shown.contains(here));
      Queue<DeviceKey> scanned = new ConcurrentLinkedQueue<>();

      harness.table().each((key, current) -> scanned.add(key));

      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> scanned.contains(here));
      assertThat(scanned).containsExactly(here);
      assertThat(shown).containsOnly(here);
    }
  }

  private static int partition(DeviceKey key) {
    return Partitioning.partition(key.device().key(), 2);
  }

  @Test
  void all_of_a_device_are_its_own_and_no_more_than_asked_for() {
    try (var harness = open()) {
      for (String name : new String[] {"a", "b", "c"}) {
        harness.arrives(new DeviceKey(DEVICE, name).bytes(), harness.serialized(generation(1)));
        harness.arrives(
            new DeviceKey(new DeviceId("phone-10"), name).bytes(),
            harness.serialized(generation(1)));
      }
      harness.comeBack();
      harness.table().put(new DeviceKey(DEVICE, "d"), generation(1)).join();

      assertThat(harness.table().all(DEVICE, 10).join()).containsOnlyKeys("a", "b", "c", "d");
      assertThat(harness.table().all(DEVICE, 2).join()).containsOnlyKeys("a", "b");
      assertThat(harness.table().all(new DeviceId("phone"), 10).join()).isEmpty();
    }
  }

  @Test
  void what_is_taken_away_is_not_read_before_it_comes_back_nor_after() {
    try (var harness =
        new TableHarness<>(directory, LogTopics.GENERATIONS, TableRule.last(), registry)) {
      harness.arrives(KEY.bytes(), harness.serialized(generation(1)));
      harness.comeBack();

      harness.table().remove(KEY).join();

      assertThat(harness.table().get(KEY).join()).isEmpty();
      assertThat(harness.table().all(DEVICE, 10).join()).isEmpty();
      harness.comeBack();
      assertThat(harness.table().get(KEY).join()).isEmpty();
    }
  }

  @Test
  void a_record_that_comes_too_late_is_not_taken_and_the_right_one_is_written_again() {
    try (var harness = open()) {
      harness.comeBack();
      harness.arrives(KEY.bytes(), harness.serialized(generation(2)));
      for (byte[] late : new byte[][] {harness.serialized(generation(1)), null, {1, 2, 3}, {}}) {
        int before = harness.rows().size();

        harness.arrives(KEY.bytes(), late);

        assertThat(harness.table().get(KEY).join()).contains(generation(2));
        assertThat(harness.rows()).hasSize(before + 1);
        assertThat(harness.read(harness.rows().getLast().value())).isEqualTo(generation(2));
      }
      int before = harness.rows().size();
      harness.comeBack();
      assertThat(harness.rows()).hasSize(before);
    }
  }

  private static Subscription session(long keptFor) {
    return new Subscription(List.of("tidings/#"), keptFor, null, null, null);
  }

  private TableHarness<Subscription> openLast(String name) {
    return new TableHarness<>(
        directory.resolve(name), LogTopics.SUBSCRIPTIONS, TableRule.last(), registry);
  }

  /** A node that was cut off has them in its producer until it is back. */
  @Test
  void what_a_replaced_owner_writes_behind_the_fence_of_this_one_does_not_count() {
    DeviceKey another = new DeviceKey(DEVICE, "another");
    try (var replaced = openLast("replaced");
        var owner = openLast("owner");
        var next = openLast("next")) {
      replaced.comeBack();
      replaced.table().put(KEY, session(1)).join();
      replaced.table().put(another, session(1)).join();
      owner.arrives(KEY.bytes(), owner.serialized(session(3)));
      owner.comeBack();
      owner.table().put(another, session(2)).join();
      owner.table().remove(another).join();
      owner.comeBack();

      replaced.rows().forEach(owner::arrives);
      replaced.table().remove(KEY).join();
      owner.arrives(replaced.rows().getLast());

      assertThat(owner.table().all(DEVICE, 10).join())
          .containsOnly(Map.entry(KEY.name(), session(3)));
      // Whoever reads the topic finds the same behind it.
      owner.rows().forEach(next::arrives);
      owner.comeBack();
      next.comeBack();
      assertThat(owner.rows()).hasSize(2 + 3);
      assertThat(owner.table().all(DEVICE, 10).join())
          .containsOnly(Map.entry(KEY.name(), session(3)));
      assertThat(next.table().all(DEVICE, 10).join())
          .containsOnly(Map.entry(KEY.name(), session(3)));
    }
  }

  @Test
  void what_was_written_before_the_fence_counts_and_so_does_another_program_s_record_behind_it() {
    try (var before = openLast("before");
        var owner = openLast("owner")) {
      before.comeBack();
      before.table().put(KEY, session(1)).join();
      before.written().forEach(owner::arrives);
      owner.comeBack();
      assertThat(owner.table().get(KEY).join()).contains(session(1));

      owner.arrives(KEY.bytes(), owner.serialized(session(2)));

      assertThat(owner.table().get(KEY).join()).contains(session(2));
      assertThat(owner.rows()).isEmpty();
    }
  }

  /** It would hide what lies behind what is read now. */
  @Test
  void nothing_is_written_again_while_a_write_of_the_key_is_on_its_way() {
    try (var replaced = openLast("replaced");
        var owner = openLast("owner")) {
      replaced.comeBack();
      replaced.table().put(KEY, session(1)).join();
      owner.comeBack();
      owner.table().put(KEY, session(2)).join();

      replaced.rows().forEach(owner::arrives);

      assertThat(owner.rows()).hasSize(1);
      owner.comeBack();
      assertThat(owner.table().get(KEY).join()).contains(session(2));
      assertThat(owner.rows()).hasSize(1);
    }
  }

  /** One that does not know it yet must not contradict its successor. */
  @Test
  void who_reads_the_fence_of_another_one_takes_what_that_writes() {
    try (var successor = openLast("successor");
        var owner = openLast("owner")) {
      owner.comeBack();
      owner.table().put(KEY, session(1)).join();
      owner.comeBack();
      successor.comeBack();
      successor.table().put(KEY, session(2)).join();

      successor.written().forEach(owner::arrives);

      assertThat(owner.table().get(KEY).join()).contains(session(2));
      assertThat(owner.rows()).hasSize(1);
    }
  }

  /** Its successor has begun with it, and may find that nothing was done. */
  @Test
  void what_a_replaced_owner_says_is_done_is_still_to_be_done() {
    Membership request = new Membership("id", 1L, "token", true, 1L, null);
    Membership done = new Membership("id", 1L, "token", true, 1L, 2L);
    try (var replaced =
            new TableHarness<>(
                directory.resolve("replaced"), LogTopics.MEMBERSHIPS, Subscribers.RULE, registry);
        var owner =
            new TableHarness<>(
                directory.resolve("owner"), LogTopics.MEMBERSHIPS, Subscribers.RULE, registry)) {
      replaced.comeBack();
      replaced.table().put(KEY, done).join();
      replaced.table().remove(KEY).join();
      owner.arrives(KEY.bytes(), owner.serialized(request));
      owner.comeBack();

      replaced.rows().forEach(owner::arrives);

      assertThat(owner.table().get(KEY).join()).contains(request);
    }
  }

  @Test
  void a_write_that_the_log_has_only_when_another_node_may_have_taken_over_is_none() {
    WriteId fence = new WriteId(1, 1);
    RuntimeException elsewhere = new NotOwnedException("table", 0);
    TablePartition<Generation> partition = new TablePartition<>(null, fence);
    for (int i = 0; i < 2; i++) {
      partition.beginWrite(
          Bytes.wrap(KEY.bytes()), new TablePartition.Unseen<>(new WriteId(1, 2 + i), null));
    }
    assertThat(partition.hasWritten()).isTrue();

    partition.lost(elsewhere, Duration.ZERO);

    assertThat(partition.hasWritten()).isFalse();
  }

  static List<Generation> withoutSense() {
    return List.of(
        new Generation(-1, false, 0L, false, 0, null, null),
        new Generation(Integer.MAX_VALUE, true, 0L, false, 0, null, null),
        new Generation(0, false, 0L, true, 0, null, null));
  }

  /** Of generations: it stands for a number that is not known any more, and is written once. */
  @ParameterizedTest
  @MethodSource("withoutSense")
  void what_makes_no_sense_is_kept_and_not_written_for_ever(Generation foreign) {
    for (boolean restored : new boolean[] {false, true}) {
      try (var harness =
          new TableHarness<>(
              directory.resolve(Boolean.toString(restored)),
              LogTopics.GENERATIONS,
              Generations.RULE,
              registry)) {
        byte[] value = harness.serialized(foreign);
        if (restored) {
          harness.restore(KEY.bytes(), value);
        }
        harness.comeBack();
        for (byte[] next : new byte[][] {value, value, null, {1, 2, 3}, {}}) {
          int before = harness.rows().size();
          harness.arrives(KEY.bytes(), next);
          for (int i = 0; i < 3; i++) {
            harness.comeBack();
          }
          assertThat(harness.rows()).hasSize(next == value ? before : before + 1);
          assertThat(harness.table().get(KEY).join()).contains(foreign);
        }
        harness.arrives(KEY.bytes(), harness.serialized(generation(1)));

        assertThat(harness.table().get(KEY).join()).contains(generation(1));
      }
    }
  }

  @Test
  void garbage_is_passed_over() {
    try (var harness = open()) {
      harness.arrives(new byte[] {1}, new byte[] {1, 2, 3});
      harness.arrives(new byte[] {0, 0, 1}, null);
      harness.arrives(KEY.bytes(), new byte[] {1, 2, 3});
      harness.comeBack();

      assertThat(harness.table().get(KEY).join()).isEmpty();
    }
  }

  /**
   * Of generations and of subscriptions: what is none takes nothing away, and the next one counts.
   */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN_SCHEMA_ID")
  void a_foreign_value_takes_no_record_s_place(ForeignValue value) {
    try (var harness = open()) {
      takesNoPlace(harness, value, generation(1), generation(2));
    }
    try (var harness =
        new TableHarness<>(
            directory.resolve("subscriptions"),
            LogTopics.SUBSCRIPTIONS,
            TableRule.last(),
            registry)) {
      takesNoPlace(
          harness,
          value,
          new Subscription(List.of("tidings/#"), 1L, null, null, null),
          new Subscription(List.of("tidings/#"), 2L, null, null, null));
    }
  }

  private static <V extends SpecificRecord> void takesNoPlace(
      TableHarness<V> harness, ForeignValue value, V first, V second) {
    harness.comeBack();
    byte[] valid = harness.serialized(first);
    byte[] foreign = value.bytes(valid, harness.serializer());
    DeviceKey another = new DeviceKey(DEVICE, "another");
    harness.arrives(another.bytes(), foreign);
    harness.arrives(KEY.bytes(), valid);
    harness.arrives(KEY.bytes(), foreign);
    assertThat(harness.table().get(another).join()).isEmpty();
    assertThat(harness.table().get(KEY).join()).contains(first);

    harness.arrives(KEY.bytes(), harness.serialized(second));

    assertThat(harness.table().get(KEY).join()).contains(second);
    assertThat(harness.table().all(DEVICE, 10).join()).containsOnlyKeys(KEY.name());
  }

  @Test
  void a_key_of_another_kind_is_nobody_s() {
    try (var harness = open()) {
      harness.comeBack();
      byte[][] keys = {
        {},
        {0},
        {0, 0},
        {0, 1, (byte) 0xff},
        {0, 1, 10},
        {(byte) 0xff, (byte) 0xff, 'a'},
        new byte[1 << 20],
        null
      };
      for (byte[] key : keys) {
        harness.arrives(key, harness.serialized(generation(1)));
        harness.arrives(key, null);
      }
      harness.arrives(KEY.bytes(), harness.serialized(generation(1)));

      assertThat(harness.table().all(DEVICE, 10).join()).containsOnlyKeys(KEY.name());
    }
  }

  @Test
  void who_has_lost_the_partition_reads_and_writes_nothing() {
    try (var harness = open()) {
      CompletableFuture<Optional<Generation>> waiting = harness.table().get(KEY);

      harness.lose();

      assertThatThrownBy(waiting::join).hasCauseInstanceOf(NotOwnedException.class);
      assertThatThrownBy(() -> harness.table().get(KEY).join())
          .hasCauseInstanceOf(NotOwnedException.class);
      assertThatThrownBy(() -> harness.table().put(KEY, generation(1)).join())
          .hasCauseInstanceOf(NotOwnedException.class);
      assertThat(harness.rows()).isEmpty();
    }
  }

  private static List<String> found(
      TableHarness<Generation> harness, String prefix, String after, int limit) {
    return List.copyOf(harness.table().devices(prefix, after, limit).join());
  }

  @Test
  void devices_are_found_by_what_their_names_begin_with_whatever_their_length() {
    try (var harness = open()) {
      harness.comeBack();
      for (String name : List.of("pad", "phone-1", "phone-10", "phone-2", "phone", "watch")) {
        for (String app : List.of("com.example.mail", "com.example.news")) {
          harness.arrives(
              new DeviceKey(new DeviceId(name), app).bytes(), harness.serialized(generation(1)));
        }
      }
      // In its own partition, and not in the store yet.
      DeviceKey unseen = new DeviceKey(new DeviceId("phone-3"), "com.example.news");
      harness.table().put(unseen, generation(1));

      assertThat(found(harness, "", "", 100))
          .containsExactly("pad", "phone", "phone-1", "phone-10", "phone-2", "phone-3", "watch");
      assertThat(found(harness, "phone-", "", 100))
          .containsExactly("phone-1", "phone-10", "phone-2", "phone-3");
      assertThat(found(harness, "phone", "phone-10", 1)).containsExactly("phone-2");
      assertThat(found(harness, "phone", "phone-1", 2)).containsExactly("phone-10", "phone-2");
      assertThat(found(harness, "", "phone-9", 9)).containsExactly("watch");
      assertThat(found(harness, "tablet", "", 9)).isEmpty();
      assertThat(found(harness, "p", "zebra", 9)).isEmpty();
    }
  }
}
