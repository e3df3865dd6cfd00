package dev.tidings.node.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.replay.Slice.Found;
import dev.tidings.node.replay.Slice.Progress;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

final class ReplayTest {
  private static final Life LIFE = Life.first(Uuid.ZERO_UUID);

  private final Replay replay =
      new Replay(
          new ReplaySpan(new ReplaySpan.Time(0), ReplaySpan.NOW, null),
          LIFE,
          new Deaf(),
          100,
          1_000);

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
            .mapToObj(sequence -> new Found(sequence, new Delivery(), true))
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
