package dev.tidings.node.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.replay.Slice.Found;
import dev.tidings.node.replay.Slice.Progress;
import dev.tidings.node.window.DeliveryPrint;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ReplayTest {
  private static final Life LIFE = Life.first(Uuid.ZERO_UUID);

  private final Replay replay = replay(null);

  private static Replay replay(@Nullable String app) {
    return new Replay(
        ReplaySpan.of(new ReplaySpan.Time(0), ReplaySpan.NOW, app), LIFE, new Deaf(), 100, 1_000);
  }

  private static final class Deaf implements ReplayListener {
    @Override
    public void begun() {}

    @Override
    public void refused(String why) {}

    @Override
    public void ended(ReplayEnd end) {}
  }

  private void reads(int records, long next, long now) {
    replay.read(0, new DeviceId("phone"));
    List<Found> found =
        LongStream.range(next - records, next)
            .mapToObj(sequence -> new Found(sequence, new DeviceId("phone"), new Delivery(), true))
            .toList();
    replay.recordSlice(new Slice(found, new Progress(next, 1_000, false)), now);
  }

  @Test
  void so_many_are_sent_in_a_second_and_no_more() {
    assertThat(replay.wantsMore(1_000)).isTrue();
    reads(30, 30, 1_000);
    while (replay.poll(1_000) != null) {
      replay.sent();
    }

    assertThat(replay.wantsMore(1_299)).isFalse();
    assertThat(replay.wantsMore(1_300)).isTrue();
  }

  @Test
  void what_has_none_of_the_device_is_read_on_at_once() {
    reads(0, 500, 1_000);

    assertThat(replay.wantsMore(1_000)).isTrue();
    assertThat(replay.end(ReplayEnd.How.STOPPED).cursor()).isEqualTo("c1f4");
  }

  @Test
  void a_device_that_takes_what_is_read_is_not_given_up_and_neither_is_one_whose_turn_is_late() {
    replay.read(0, new DeviceId("phone"));
    assertThat(replay.isStalled(99_000, 10_000)).isFalse();
    reads(2, 2, 99_000);
    assertThat(replay.isStalled(109_000, 10_000)).isFalse();
    assertThat(replay.isStalled(109_001, 10_000)).isTrue();
    replay.poll(109_001);

    assertThat(replay.isStalled(109_002, 10_000)).isFalse();
  }

  private static DeliveryPrint print(String id) {
    return DeliveryPrint.of(id, "token", new DeviceId("phone"));
  }

  /** Another team's provider may take back as much as it likes. */
  @Test
  void no_app_s_withdrawals_end_the_replay_of_another_one_or_are_forgotten_for_it() {
    for (Replay each : List.of(replay("com.b"), replay(null))) {
      each.withdraw("com.b", print("taken back"));
      for (int i = 0; i < 3 * TakenBack.MOST; i++) {
        each.withdraw("com.a", print("a" + i));
      }
      each.withdraw("com.b", print("later"));

      assertThat(each.isInVain()).isFalse();
      assertThat(each.isWithdrawn("com.b", print("taken back"))).isTrue();
      assertThat(each.isWithdrawn("com.b", print("later"))).isTrue();
      assertThat(each.isWithdrawn("com.b", print("kept"))).isFalse();
    }
  }

  @Test
  void of_an_app_that_has_taken_back_too_much_nothing_is_sent() {
    Replay all = replay(null);
    Replay own = replay("com.a");
    for (int i = 0; i < TakenBack.MOST; i++) {
      all.withdraw("com.a", print("a" + i));
      own.withdraw("com.a", print("a" + i));
    }
    assertThat(all.isWithdrawn("com.a", print("kept"))).isFalse();
    assertThat(own.isInVain()).isFalse();

    // One that is known already is none more.
    own.withdraw("com.a", print("a0"));
    assertThat(own.isInVain()).isFalse();
    own.withdraw("com.a", print("one more"));
    all.withdraw("com.a", print("one more"));

    assertThat(own.isInVain()).isTrue();
    assertThat(all.isInVain()).isFalse();
    assertThat(all.isWithdrawn("com.a", print("kept"))).isTrue();
  }

  /** Whoever writes to the log may name any. */
  @Test
  void no_more_apps_are_left_out_than_a_device_has() {
    for (int i = 0; i < TakenBack.MOST + 1_000; i++) {
      replay.withdraw("com.a" + i, print("a"));
    }
    assertThat(replay.isInVain()).isFalse();

    replay.withdraw("com.b", print("b"));

    assertThat(replay.isInVain()).isTrue();
  }

  @Test
  void a_cursor_is_a_sequence_and_nothing_else() {
    for (long sequence : new long[] {0, 1, 31, 1L << 48, Long.MAX_VALUE}) {
      assertThat(ReplayCursor.parse(ReplayCursor.of(sequence))).contains(sequence);
    }
    for (String text : List.of("", "c", "1f", "cx", "c1F", "c٣", "c-1", "cffffffffffffffff")) {
      assertThat(ReplayCursor.parse(text)).as(text).isEqualTo(Optional.empty());
    }
  }
}
