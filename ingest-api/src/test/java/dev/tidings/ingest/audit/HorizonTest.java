package dev.tidings.ingest.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** When a notification has to have a receipt. Shows G148 of docs/guarantees.md. */
class HorizonTest {
  private static final long AFTER = 10_000;

  private final FakePositions log = new FakePositions();
  private final Horizon horizon = new Horizon(log, FakePositions.NAMES, AFTER);
  private long now = 1_000_000;

  HorizonTest() {
    log.ends.put("notifications", 9L);
    log.committed.put("streams", 7L);
    log.ends.put("deliveries", 5L);
    log.ends.put("receipts", 6L);
  }

  private boolean advance() throws InterruptedException {
    now += 1_000;
    return horizon.advance(now);
  }

  private void begin() throws InterruptedException {
    assertThat(advance()).isFalse();
    now += AFTER;
  }

  @Test
  void it_is_where_the_processor_was_once_the_nodes_and_the_table_have_done_what_was_there_then()
      throws InterruptedException {
    begin();
    long begun = now - AFTER;
    log.committed.put("streams", 9L);

    assertThat(advance()).as("the nodes are behind").isFalse();
    assertThat(horizon.waitsFor()).isEqualTo("nodes");
    log.committed.put("nodes", 4L);
    assertThat(advance()).isFalse();
    log.committed.put("nodes", 5L);
    log.committed.put("traces", 5L);
    assertThat(advance()).as("the table is behind").isFalse();
    assertThat(horizon.waitsFor()).isEqualTo("traces");
    log.committed.put("traces", 6L);
    assertThat(advance()).isTrue();

    assertThat(horizon.of(0)).isEqualTo(7);
    assertThat(horizon.of(1)).as("a partition that nobody has read").isZero();
    assertThat(horizon.time()).isEqualTo(begun);
    assertThat(horizon.rounds()).isEqualTo(1);
  }

  @Test
  void what_comes_while_a_round_lasts_is_not_waited_for() throws InterruptedException {
    begin();
    log.committed.put("nodes", 5L);
    log.committed.put("traces", 6L);
    log.ends.put("deliveries", 1_000L);

    assertThat(advance()).isTrue();
  }

  @Test
  void a_round_lasts_as_long_as_notifications_may_wait_for_their_token()
      throws InterruptedException {
    log.committed.put("nodes", 5L);
    log.committed.put("traces", 6L);
    assertThat(advance()).isFalse();
    for (int i = 0; i < AFTER / 1_000 - 1; i++) {
      assertThat(advance()).isFalse();
    }
    assertThat(advance()).isTrue();
  }

  /** The processor has not begun with this one: all would be missing. */
  @Test
  void what_was_committed_of_another_topic_before_says_nothing_of_this_one()
      throws InterruptedException {
    log.committed.put("streams", 5_000L);
    log.committed.put("nodes", 5L);
    log.committed.put("traces", 6L);
    begin();
    assertThat(advance()).isTrue();
    assertThat(horizon.of(0)).isZero();

    log.committed.put("streams", 4L);
    begin();
    assertThat(advance()).isTrue();
    assertThat(horizon.of(0)).isEqualTo(4);
  }

  /** Its end may be beyond what was committed of the one before it, with which it has the name. */
  @Test
  void a_commit_below_the_end_of_a_topic_that_was_made_anew_is_still_of_the_old_one()
      throws InterruptedException {
    log.id = Uuid.randomUuid();
    log.committedOf.put("streams", Uuid.randomUuid());
    log.committed.put("nodes", 5L);
    log.committed.put("traces", 6L);
    begin();
    assertThat(advance()).isTrue();
    assertThat(horizon.of(0)).isZero();

    log.committedOf.put("streams", log.id);
    begin();
    assertThat(advance()).isTrue();
    assertThat(horizon.of(0)).isEqualTo(7);
  }

  @Test
  void a_horizon_is_none_of_another_topic_but_stays_where_only_the_round_begins_anew()
      throws InterruptedException {
    Uuid first = Uuid.randomUuid();
    horizon.restart(first);
    log.committed.put("nodes", 5L);
    log.committed.put("traces", 6L);
    begin();
    assertThat(advance()).isTrue();

    horizon.restart(first);
    assertThat(horizon.of(0)).isEqualTo(7);
    horizon.restart(Uuid.randomUuid());
    assertThat(horizon.of(0)).isZero();
  }

  @Test
  void a_topic_that_was_made_anew_is_not_waited_for_until_it_is_as_long_as_the_old_one()
      throws InterruptedException {
    begin();
    log.ends.put("deliveries", 1L);
    log.committed.put("nodes", 1L);
    log.committed.put("traces", 6L);

    assertThat(advance()).isTrue();
  }

  @Test
  void without_any_records_nobody_has_to_have_committed() throws InterruptedException {
    log.ends.clear();
    log.committed.clear();
    begin();

    assertThat(advance()).isTrue();
    assertThat(horizon.of(0)).isZero();
  }
}
