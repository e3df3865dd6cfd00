package dev.tidings.node.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows G12 and G65 of docs/guarantees.md. */
class WindowTest {
  private final Window window = new Window(10);
  private final List<Entry> entries = new ArrayList<>();

  private Entry add(long sequence) {
    Delivery delivery =
        new Delivery(
            "id",
            "token",
            "app",
            ByteBuffer.allocate(0),
            null,
            10,
            null,
            "alert",
            List.of(),
            null,
            null);
    Entry entry = new Entry(sequence, new DeviceId("d"), delivery, 100, sequence);
    window.add(entry);
    entries.add(entry);
    return entry;
  }

  @Test
  void the_low_watermark_is_the_first_offset_not_resolved() {
    assertThat(window.low()).isEqualTo(10);
    Entry first = add(10);
    Entry second = add(11);
    window.resolve(second);
    assertThat(window.low()).isEqualTo(10);
    window.resolve(first);
    assertThat(window.low()).isEqualTo(12);
    assertThat(window.size()).isZero();
  }

  @Test
  void what_is_passed_over_moves_the_watermark_too() {
    window.skip(14);
    assertThat(window.low()).isEqualTo(15);
  }

  @Test
  void what_is_resolved_beyond_the_watermark_survives_in_the_commit() {
    add(10);
    Entry second = add(11);
    add(12);
    Entry fourth = add(13);
    window.resolve(second);
    window.resolve(fourth);

    CommitPoint point = window.commitPoint();
    CommitPoint read = CommitPoint.of(point.low(), point.metadata());

    assertThat(read.low()).isEqualTo(10);
    assertThat(read.isResolved(9)).isTrue();
    assertThat(read.isResolved(10)).isFalse();
    assertThat(read.isResolved(11)).isTrue();
    assertThat(read.isResolved(12)).isFalse();
    assertThat(read.isResolved(13)).isTrue();
    assertThat(read.isResolved(14)).isFalse();
  }

  @Test
  void the_metadata_of_a_commit_stays_within_what_kafka_takes() {
    add(10);
    for (long sequence = 11; sequence < 60_000; sequence++) {
      window.resolve(add(sequence));
    }
    assertThat(window.commitPoint().metadata().length()).isLessThanOrEqualTo(4096);
  }

  @Test
  void metadata_of_others_only_means_that_more_is_repeated() {
    assertThat(CommitPoint.of(5, "something else")).isEqualTo(new CommitPoint(5, new BitSet()));
    assertThat(CommitPoint.of(5, "1:***")).isEqualTo(new CommitPoint(5, new BitSet()));
  }

  @Test
  void its_weight_is_that_of_what_is_there_and_a_second_resolve_changes_nothing() {
    Entry first = add(10);
    Entry second = add(11);
    assertThat(window.bytes()).isEqualTo(200);
    window.resolve(second);
    window.resolve(second);
    assertThat(window.bytes()).isEqualTo(100 + Window.RESOLVED_BYTES);
    window.resolve(first);
    assertThat(window.bytes()).isZero();
    assertThatThrownBy(first::delivery).hasMessage("sequence: 10 (expected: not resolved)");
  }

  @Test
  void overdue_are_those_that_came_early_and_are_not_resolved() {
    add(10);
    window.resolve(add(11));
    add(12);
    add(20);
    assertThat(window.overdue(12)).extracting(Entry::sequence).containsExactly(10L, 12L);
  }

  @Test
  void what_is_resolved_behind_one_that_can_t_end_weighs_something_and_is_not_walked_through() {
    Entry stuck = add(10);
    for (long sequence = 11; sequence <= 100_010; sequence++) {
      window.resolve(add(sequence));
    }
    assertThat(window.bytes()).isEqualTo(100 + 100_000L * Window.RESOLVED_BYTES);
    assertThat(stuck.newer).isNull();
    assertThat(window.overdue(Long.MAX_VALUE)).containsExactly(stuck);

    window.resolve(stuck);

    assertThat(window.bytes()).isZero();
    assertThat(window.overdue(Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void one_that_was_never_added_changes_nothing_when_it_ends() {
    Entry first = add(10);
    window.resolve(Entry.unreadable(3, 100, 3));
    assertThat(window.bytes()).isEqualTo(100);
    assertThat(window.overdue(Long.MAX_VALUE)).containsExactly(first);
  }

  @Test
  void an_offset_that_goes_back_is_refused() {
    add(10);
    assertThatThrownBy(() -> add(10)).hasMessage("sequence: 10 (expected: >= 11)");
  }

  @Test
  void the_oldest_is_the_one_that_holds_the_watermark() {
    assertThat(window.oldest()).isNull();
    Entry first = add(10);
    add(11);
    assertThat(window.size()).isEqualTo(2);
    assertThat(window.oldest()).isEqualTo(10);

    window.resolve(first);

    assertThat(window.oldest()).isEqualTo(11);
    assertThat(window.size()).isEqualTo(1);
  }

  @Test
  void it_is_known_whether_a_receipt_is_on_its_way() {
    add(10);
    Entry second = add(11);
    assertThat(window.isEnding()).isFalse();

    second.moveTo(Entry.State.ENDING);
    assertThat(window.isEnding()).isTrue();

    window.resolve(second);
    assertThat(window.isEnding()).isFalse();
  }

  @Test
  void what_is_resolved_too_far_beyond_the_watermark_is_repeated_rather_than_passed_over() {
    add(10);
    Entry last = add(10 + CommitPoint.MAX_DISTANCE - 1);
    Entry beyond = add(10 + CommitPoint.MAX_DISTANCE);
    window.resolve(last);
    window.resolve(beyond);

    CommitPoint point = window.commitPoint();

    assertThat(point.isResolved(last.sequence())).isTrue();
    assertThat(point.isResolved(beyond.sequence())).isFalse();
  }
}
