package dev.tidings.ingest.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.value.NotificationId;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is known of broadcasts by the records of their topic. */
class BroadcastTableTest {
  private static final String APP = "com.example.news";
  private static final NotificationId ID = id(1);

  private final BroadcastTable table = new BroadcastTable(1 << 20, 2);

  private static NotificationId id(int n) {
    return new NotificationId("00000000-0000-4000-8000-%012d".formatted(n));
  }

  private void read(NotificationId id, int partition, Kind kind, @Nullable Broadcast value) {
    table.apply(
        List.of(new BroadcastTable.Change(new BroadcastKey(id, partition, kind), value)),
        Map.of(partition, 1L),
        Uuid.ZERO_UUID,
        0);
  }

  private static Broadcast.Builder record() {
    return Broadcast.newBuilder().setApp(APP).setCondition("'goals' in topics");
  }

  private static Broadcast progress(long seen, long sent, @Nullable String ending) {
    return record()
        .setStartedAt(5_000L)
        .setSeen(seen)
        .setSent(sent)
        .setEndedAt(ending == null ? null : 9_000L + seen)
        .setEnding(ending)
        .build();
  }

  private void requested(NotificationId id) {
    read(id, 0, Kind.REQUEST, record().build());
    read(id, 1, Kind.REQUEST, record().build());
  }

  private void ended(NotificationId id, int partition, String how) {
    read(id, partition, Kind.PROGRESS, progress(10, 8, how));
    read(id, partition, Kind.REQUEST, null);
  }

  private BroadcastState state() {
    return table.find(ID).orElseThrow();
  }

  @Test
  void it_waits_runs_and_ends_with_what_all_partitions_have_sent() {
    assertThat(table.find(ID)).isEmpty();
    requested(ID);
    assertThat(state().state()).isEqualTo("waiting");
    assertThat(state().waiting()).isEqualTo(2);
    assertThat(table.open(APP::equals)).isEqualTo(1);

    read(ID, 0, Kind.PROGRESS, progress(3, 2, null));
    assertThat(state().state()).isEqualTo("running");
    assertThat(state().total()).isNull();
    assertThat(state().startedAt()).isEqualTo(5_000);
    assertThat(state().isOver()).isFalse();

    ended(ID, 0, "completed");
    assertThat(state().state()).isEqualTo("running");
    ended(ID, 1, "completed");
    assertThat(state())
        .isEqualTo(
            new BroadcastState(
                APP, "'goals' in topics", "completed", 0, 0, 0, 2, 0, 20, 20L, 16, 5_000L, 9_010L));
    assertThat(state().isOver()).isTrue();
    assertThat(table.open(APP::equals)).isZero();
  }

  @Test
  void the_same_again_after_its_end_does_not_begin_anew() {
    requested(ID);
    ended(ID, 0, "completed");
    ended(ID, 1, "completed");
    requested(ID);
    assertThat(state().state()).isEqualTo("completed");
    read(ID, 0, Kind.REQUEST, null);
    assertThat(state().state()).isEqualTo("completed");
  }

  @Test
  void the_worst_ending_of_a_partition_is_that_of_the_whole() {
    requested(ID);
    read(ID, 0, Kind.STOP, record().build());
    assertThat(state().state()).isEqualTo("waiting");
    read(ID, 1, Kind.STOP, record().build());
    assertThat(state().state()).isEqualTo("stopping");
    ended(ID, 0, "stopped");
    read(ID, 0, Kind.STOP, null);
    assertThat(state().state()).isEqualTo("stopping");
    ended(ID, 1, "completed");
    assertThat(state().state()).isEqualTo("stopped");
    assertThat(state().total()).isNull();
    ended(ID, 1, "rejected");
    assertThat(state().state()).isEqualTo("rejected");
    assertThat(state().rejected()).isEqualTo(1);
  }

  @Test
  void how_many_there_are_is_known_once_every_partition_has_counted() {
    requested(ID);
    Broadcast counted = record().setStartedAt(1L).setSubscribers(50L).build();
    read(ID, 0, Kind.PROGRESS, counted);
    assertThat(state().total()).isNull();
    read(ID, 1, Kind.PROGRESS, counted);
    assertThat(state().total()).isEqualTo(100);
  }

  @Test
  void a_partition_that_has_nothing_of_it_is_missing_and_holds_no_place() {
    read(ID, 0, Kind.REQUEST, record().build());
    assertThat(state().missing()).isEqualTo(1);
    ended(ID, 0, "completed");
    assertThat(state().isOver()).isTrue();
    assertThat(state().state()).isEqualTo("completed");
    assertThat(state().endedAt()).isNotNull();
    assertThat(table.open(APP::equals)).isZero();
  }

  @Test
  void a_partition_that_got_no_more_than_the_stop_does_not_say_what_it_was() {
    Broadcast stopped = record().setCondition("").setEndedAt(9L).setEnding("stopped").build();
    read(ID, 1, Kind.PROGRESS, stopped);
    read(ID, 0, Kind.REQUEST, record().build());
    assertThat(state().condition()).isEqualTo("'goals' in topics");
    ended(ID, 0, "stopped");
    assertThat(state().state()).isEqualTo("stopped");
    assertThat(state().missing()).isZero();
  }

  @Test
  void what_the_topic_forgets_is_forgotten() {
    requested(ID);
    for (int partition = 0; partition < 2; partition++) {
      ended(ID, partition, "completed");
      read(ID, partition, Kind.PROGRESS, null);
    }
    assertThat(table.find(ID)).isEmpty();
    assertThat(table.bytes()).isZero();

    // A stop of what nobody knows.
    read(id(2), 0, Kind.STOP, record().build());
    assertThat(table.find(id(2))).isEmpty();
    assertThat(table.bytes()).isZero();
  }

  @Test
  void those_leave_first_that_have_ended_if_they_take_too_much_memory() {
    BroadcastTable small = new BroadcastTable(5_000, 2);
    List<BroadcastTable.Change> changes =
        List.of(
            new BroadcastTable.Change(new BroadcastKey(id(0), 0, Kind.REQUEST), record().build()),
            new BroadcastTable.Change(
                new BroadcastKey(id(1), 0, Kind.PROGRESS), progress(1, 1, "completed")));
    small.apply(changes, Map.of(), Uuid.ZERO_UUID, 0);
    for (int i = 2; i < 9; i++) {
      small.apply(
          List.of(
              new BroadcastTable.Change(
                  new BroadcastKey(id(i), 0, Kind.REQUEST), record().build())),
          Map.of(),
          Uuid.ZERO_UUID,
          0);
    }
    assertThat(small.find(id(0))).isPresent();
    assertThat(small.find(id(1))).isPresent();
    for (int i = 9; i < 30; i++) {
      small.apply(
          List.of(
              new BroadcastTable.Change(
                  new BroadcastKey(id(i), 0, Kind.REQUEST), record().build())),
          Map.of(),
          Uuid.ZERO_UUID,
          0);
    }
    assertThat(small.bytes()).isBetween(1L, 5_000L);
    assertThat(small.find(id(1))).isEmpty();
    assertThat(small.find(id(29))).isPresent();
    assertThat(small.open(APP::equals)).isEqualTo(small.open());
  }
}
