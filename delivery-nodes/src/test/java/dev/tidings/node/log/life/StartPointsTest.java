package dev.tidings.node.log.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.log.life.StartPoint.Discontinuity;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Life;
import java.util.BitSet;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** Shows G51, G56 and G59 of docs/guarantees.md. */
class StartPointsTest {
  private static final Uuid TOPIC = new Uuid(1, 2);
  private static final Uuid ANOTHER = new Uuid(3, 4);
  private static final Life FIRST = Life.first(TOPIC);

  private static LogState log(long start, long end) {
    return new LogState(TOPIC, start, end, Optional.empty());
  }

  private static LogState diverging(long end, long from) {
    return new LogState(TOPIC, 0, end, Optional.of(from));
  }

  private static Commit commit(int life, Uuid topic, long low, long next) {
    return new Commit(
        life,
        topic,
        next,
        Optional.of(3),
        new CommitPoint(new Life(life, topic, 0).sequence(low), new BitSet()));
  }

  private static void begins(
      StartPoint startPoint, int life, long offset, Discontinuity discontinuity) {
    assertThat(startPoint.life().number()).isEqualTo(life);
    assertThat(startPoint.offset()).isEqualTo(offset);
    assertThat(Life.numberOf(startPoint.point().low())).isEqualTo(life);
    assertThat(startPoint.discontinuity()).isEqualTo(Optional.ofNullable(discontinuity));
  }

  @Test
  void a_commit_of_the_log_as_it_is_is_believed() {
    begins(StartPoints.of(log(0, 9), FIRST, commit(0, TOPIC, 5, 7), 6), 0, 5, null);
    begins(StartPoints.of(log(5, 9), FIRST, commit(0, TOPIC, 5, 9), -1), 0, 5, null);
  }

  @Test
  void one_of_an_earlier_version_is_of_the_first_life() {
    Commit old = new Commit(0, Uuid.ZERO_UUID, 5, Optional.empty(), CommitPoint.of(5, ""));
    begins(StartPoints.of(log(0, 9), null, old, 3), 0, 5, null);
    begins(StartPoints.of(log(0, 4), null, old, 3), 1, 0, Discontinuity.TAIL_LOST);
  }

  @Test
  void another_topic_of_the_same_name_is_another_life_whatever_its_offsets() {
    begins(
        StartPoints.of(log(0, 9), null, commit(0, ANOTHER, 5, 7), -1),
        1,
        0,
        Discontinuity.TOPIC_MADE_ANEW);
    // The commit is gone as well: the inbox remembers.
    begins(
        StartPoints.of(log(2, 90), new Life(4, ANOTHER, 0), null, -1),
        5,
        2,
        Discontinuity.TOPIC_MADE_ANEW);
  }

  @Test
  void what_was_read_and_is_not_there_any_more_makes_another_life() {
    begins(
        StartPoints.of(log(0, 6), FIRST, commit(0, TOPIC, 5, 7), -1),
        1,
        0,
        Discontinuity.TAIL_LOST);
    begins(
        StartPoints.of(diverging(90, 6), FIRST, commit(0, TOPIC, 5, 7), -1),
        1,
        5,
        Discontinuity.TAIL_LOST);
    begins(
        StartPoints.of(diverging(90, 3), FIRST, commit(0, TOPIC, 5, 7), -1),
        1,
        3,
        Discontinuity.TAIL_LOST);
    begins(
        StartPoints.of(log(0, 6), FIRST, commit(0, TOPIC, 5, 5), 8), 1, 5, Discontinuity.TAIL_LOST);
  }

  @Test
  void a_life_that_had_begun_and_was_not_committed_is_begun_again() {
    Life second = new Life(1, TOPIC, 3);
    begins(StartPoints.of(diverging(9, 3), second, commit(0, TOPIC, 5, 7), -1), 1, 3, null);
    begins(StartPoints.of(log(0, 9), second, withoutEpoch(commit(0, TOPIC, 5, 7)), -1), 1, 3, null);
    begins(StartPoints.of(log(0, 9), second, commit(0, ANOTHER, 800, 900), -1), 1, 3, null);
    // The commit came before what the inbox remembers.
    begins(StartPoints.of(log(0, 9), FIRST, commit(1, TOPIC, 5, 7), 4), 1, 5, null);
  }

  private static Commit withoutEpoch(Commit commit) {
    return new Commit(
        commit.life(), commit.topic(), commit.next(), Optional.empty(), commit.point());
  }

  /** The inbox is a topic that others can write to; the commit says what the group has read. */
  @Test
  void a_life_of_another_topic_does_not_count_where_the_commit_is_of_this_one() {
    for (int number : new int[] {0, 1, 2, 500, 16_383}) {
      Life foreign = new Life(number, ANOTHER, 800);
      begins(StartPoints.of(log(0, 9), foreign, commit(0, TOPIC, 5, 7), -1), 0, 5, null);
      begins(StartPoints.of(log(0, 9), foreign, commit(0, TOPIC, 5, 7), 6), 0, 5, null);
    }
    // One that a node has left: the commit came before what the inbox remembers.
    begins(
        StartPoints.of(log(0, 9), new Life(0, ANOTHER, 0), commit(1, TOPIC, 5, 7), 4), 1, 5, null);
  }

  @Test
  void a_life_far_ahead_of_the_commit_is_nobodys() {
    for (Uuid topic : new Uuid[] {TOPIC, ANOTHER, Uuid.ZERO_UUID}) {
      Life foreign = new Life(16_383, topic, 0);
      begins(StartPoints.of(log(0, 9), foreign, commit(3, TOPIC, 5, 7), -1), 3, 5, null);
      begins(
          StartPoints.of(log(0, 9), foreign, commit(3, ANOTHER, 5, 7), -1),
          4,
          0,
          Discontinuity.TOPIC_MADE_ANEW);
    }
  }

  @Test
  void lives_that_may_have_begun_since_the_commit_count_and_more_do_not() {
    begins(
        StartPoints.of(log(0, 9), new Life(1_003, TOPIC, 0), commit(3, TOPIC, 5, 7), -1),
        1_003,
        5,
        null);
    begins(
        StartPoints.of(log(0, 9), new Life(1_004, TOPIC, 0), commit(3, TOPIC, 5, 7), -1),
        3,
        5,
        null);
    // One of the topic that the commit is of, which is not the present one.
    begins(
        StartPoints.of(log(0, 9), new Life(1, ANOTHER, 0), commit(0, ANOTHER, 5, 7), -1),
        2,
        0,
        Discontinuity.TOPIC_MADE_ANEW);
  }

  @Test
  void the_life_of_the_commit_is_the_one_stored_in_the_inbox() {
    Life kept = new Life(2, TOPIC, 3);
    assertThat(StartPoints.of(log(0, 9), kept, commit(2, TOPIC, 5, 7), -1).life()).isEqualTo(kept);
  }

  @Test
  void a_commit_that_reaches_the_end_of_the_log_is_of_it() {
    begins(
        StartPoints.of(log(0, 7), new Life(1, TOPIC, 3), commit(0, TOPIC, 5, 7), -1), 1, 5, null);
  }

  @Test
  void an_entry_of_the_very_first_record_is_an_entry() {
    begins(StartPoints.of(log(0, 9), null, null, 0), 0, 0, Discontinuity.COMMIT_LOST);
    begins(StartPoints.of(log(0, 0), FIRST, null, 0), 1, 0, Discontinuity.TAIL_LOST);
  }

  @Test
  void what_is_committed_of_this_log_is_not_read_again_in_whatever_life_it_goes_on() {
    for (long from : new long[] {0, 3, 7, 4_711}) {
      Life foreign = new Life(1, TOPIC, from);
      begins(StartPoints.of(log(0, 9), foreign, commit(0, TOPIC, 5, 7), -1), 1, 5, null);
    }
  }

  @Test
  void the_last_life_there_can_be_goes_on_for_ever() {
    Life last = new Life(32_767, ANOTHER, 0);
    begins(
        StartPoints.of(log(2, 9), null, commit(32_767, ANOTHER, 5, 7), -1),
        32_767,
        2,
        Discontinuity.TOPIC_MADE_ANEW);
    begins(StartPoints.of(log(2, 9), last, null, -1), 32_767, 2, Discontinuity.TOPIC_MADE_ANEW);
    begins(
        StartPoints.of(log(0, 6), null, commit(32_767, TOPIC, 5, 7), -1),
        32_767,
        0,
        Discontinuity.TAIL_LOST);
  }

  @Test
  void without_a_commit_it_is_the_beginning_and_a_discontinuity_where_a_node_has_been() {
    begins(StartPoints.of(log(2, 9), null, null, -1), 0, 2, null);
    begins(StartPoints.of(log(2, 9), FIRST, null, -1), 0, 2, Discontinuity.COMMIT_LOST);
    begins(StartPoints.of(log(2, 9), null, null, 5), 0, 2, Discontinuity.COMMIT_LOST);
    begins(StartPoints.of(log(2, 9), FIRST, null, 12), 1, 2, Discontinuity.TAIL_LOST);
    // Where a life says that it began is no reason to leave anything out.
    begins(
        StartPoints.of(log(2, 9), new Life(3, TOPIC, 7), null, -1),
        3,
        2,
        Discontinuity.COMMIT_LOST);
  }

  @Test
  void what_retention_took_is_counted_without_what_was_resolved() {
    BitSet resolved = new BitSet();
    resolved.set(1, 3);
    // Still in the log, and so not skipped either.
    resolved.set(16, 19);
    Commit commit = new Commit(0, TOPIC, 9, Optional.empty(), new CommitPoint(5, resolved));
    StartPoint startPoint = StartPoints.of(log(20, 30), FIRST, commit, -1);
    begins(startPoint, 0, 20, Discontinuity.OVERTAKEN);
    assertThat(startPoint.skipped()).isEqualTo(13);
  }

  @Test
  void what_is_in_memory_is_not_lost_to_retention() {
    CommitPoint point = new CommitPoint(5, new BitSet());
    begins(StartPoints.of(FIRST, point, 25, log(20, 30)), 0, 5, null);
    begins(StartPoints.of(FIRST, point, 20, log(20, 30)), 0, 5, null);
    StartPoint overtaken = StartPoints.of(FIRST, point, 15, log(20, 30));
    begins(overtaken, 0, 20, Discontinuity.OVERTAKEN);
    assertThat(overtaken.skipped()).isEqualTo(5);
  }

  @Test
  void a_commit_says_the_same_when_it_is_read() {
    BitSet resolved = new BitSet();
    resolved.set(2, 23_000);
    Commit commit =
        new Commit(
            32_767,
            new Uuid(Long.MIN_VALUE, Long.MAX_VALUE),
            (1L << 48) - 1,
            Optional.of(Integer.MAX_VALUE),
            new CommitPoint(new Life(32_767, TOPIC, 0).sequence(1), resolved));
    assertThat(Commit.of(commit.toKafka())).isEqualTo(commit);
    assertThat(commit.toKafka().metadata().length()).isLessThan(4096);
  }

  @Test
  void a_life_says_the_same_when_it_is_read_and_anything_else_says_nothing() {
    Life life = new Life(7, TOPIC, 123_456_789_012L);
    assertThat(Life.of(life.bytes())).isEqualTo(life);
    for (String text : new String[] {"", "1", "2 7 x 1", "1 7 x 1", "1 -7 AAAA 1", "1 a b c"}) {
      assertThat(Life.of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8))).isNull();
    }
    assertThat(Life.numberOf(life.sequence(9))).isEqualTo(7);
    assertThat(Life.offsetOf(life.sequence(9))).isEqualTo(9);
  }
}
