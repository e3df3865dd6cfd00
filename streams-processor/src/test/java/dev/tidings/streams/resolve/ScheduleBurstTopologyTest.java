package dev.tidings.streams.resolve;

import static dev.tidings.streams.resolve.Samples.APP;
import static dev.tidings.streams.resolve.Samples.DEVICE;
import static dev.tidings.streams.resolve.Samples.TOKEN;
import static dev.tidings.streams.resolve.Samples.id;
import static dev.tidings.streams.resolve.Samples.some;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * More at the same time than is in memory, and than is sent at once.
 *
 * <p>Shows G105 of docs/guarantees.md.
 */
final class ScheduleBurstTopologyTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration TICK = Duration.ofMillis(50);
  private static final int MANY = 1_200;

  @TempDir Path stateDir;
  @TempDir Path otherDir;
  private Pipeline pipeline;
  private long due;

  @BeforeEach
  void open() {
    pipeline = new Pipeline(stateDir);
    pipeline.pass(Duration.ofSeconds(1));
    pipeline.register(TOKEN, DEVICE, APP);
    due = pipeline.nowMillis() + HOUR.toMillis();
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  @Test
  void those_of_one_second_are_all_sent_once_and_live_ones_go_on_between_them() {
    burst();
    pipeline.pass(HOUR);
    pipeline.notify(TOKEN, some(MANY).build());
    List<String> ids = new ArrayList<>(sent(pipeline));
    assertThat(ids).contains(id(MANY)).hasSizeLessThan(MANY);

    ids.addAll(passUntilNoneIsScheduled(pipeline));
    assertThat(ids)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(0, MANY).mapToObj(Samples::id).toList());
  }

  @Test
  void those_that_are_not_in_memory_can_be_withdrawn_and_scheduled_again() {
    burst();
    // The keys are in the order of the numbers: the last ones are on disk only.
    withdraw(MANY - 1);
    schedule(MANY - 2, due - 1_000);
    schedule(3, due + HOUR.toMillis());
    schedule(MANY, due - 2_000);

    pipeline.pass(HOUR.minusMillis(500));
    assertThat(passUntilSent(2)).containsExactly(id(MANY), id(MANY - 2));
    pipeline.pass(Duration.ofSeconds(1));
    assertThat(passUntilSent(MANY - 3))
        .hasSize(MANY - 3)
        .doesNotHaveDuplicates()
        .doesNotContain(id(MANY - 1), id(3));
    pipeline.pass(HOUR);
    assertThat(passUntilSent(1)).containsExactly(id(3));
  }

  @Test
  void a_process_that_takes_over_in_the_middle_sends_the_others() {
    burst();
    List<TestRecord<byte[], byte[]>> topic = new ArrayList<>(pipeline.scheduleRecords());
    pipeline.pass(HOUR);
    // The tombstones of what was sent are written once that is in the log.
    pipeline.pass(TICK);
    List<String> ids = new ArrayList<>(sent(pipeline));
    List<TestRecord<byte[], byte[]>> tombstones = pipeline.scheduleRecords();
    assertThat(tombstones).isNotEmpty();
    topic.addAll(tombstones);

    try (Pipeline other = new Pipeline(otherDir, pipeline.registry)) {
      other.setClock(Pipeline.START.plus(HOUR).plusSeconds(2));
      other.register(TOKEN, DEVICE, APP);
      topic.forEach(record -> other.schedules.pipeInput(record.key(), record.value()));
      List<String> others = passUntilNoneIsScheduled(other);

      assertThat(others).hasSizeLessThan(MANY).doesNotHaveDuplicates();
      ids.addAll(others);
      assertThat(ids).containsAll(IntStream.range(0, MANY).mapToObj(Samples::id).toList());
    }
  }

  @Test
  void two_with_a_collapse_id_keep_it_and_the_order_of_their_times() {
    pipeline.notify(TOKEN, some(2).setDeliverAt(due + 1).setCollapseId("score").build());
    pipeline.notify(TOKEN, some(1).setDeliverAt(due).setCollapseId("score").build());

    pipeline.pass(HOUR.plus(TICK));
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      pipeline
          .deliveries()
          .forEach(out -> ids.add(out.value().getId() + out.value().getCollapseId()));
      pipeline.pass(TICK);
    }

    assertThat(ids).containsExactly(id(1) + "score", id(2) + "score");
  }

  @Test
  void one_is_sent_at_its_very_millisecond() {
    schedule(1, due);
    pipeline.setClock(Pipeline.START.plusSeconds(1).plus(HOUR).minusMillis(1));
    pipeline.driver.advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(pipeline.deliveries()).isEmpty();

    pipeline.setClock(Pipeline.START.plusSeconds(1).plus(HOUR));
    pipeline.driver.advanceWallClockTime(TICK);

    assertThat(sent(pipeline)).containsExactly(id(1));
  }

  private void burst() {
    for (int i = 0; i < MANY; i++) {
      schedule(i, due);
    }
  }

  private void schedule(int number, long at) {
    pipeline.notify(TOKEN, some(number).setDeliverAt(at).build());
  }

  private void withdraw(int number) {
    pipeline.notify(
        TOKEN,
        some(100_000 + number).setPayload(ByteBuffer.allocate(0)).setWithdraws(id(number)).build());
  }

  private static List<String> sent(Pipeline from) {
    return from.deliveries().stream().map(out -> out.value().getId()).toList();
  }

  private List<String> passUntilSent(int count) {
    List<String> ids = new ArrayList<>(sent(pipeline));
    for (int i = 0; i < count + 50 && ids.size() < count; i++) {
      pipeline.pass(TICK);
      ids.addAll(sent(pipeline));
    }
    return ids;
  }

  /** However slow this machine is: each tick sends one at least. */
  private static List<String> passUntilNoneIsScheduled(Pipeline in) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 10 * MANY; i++) {
      in.pass(TICK);
      ids.addAll(sent(in));
      if (in.metrics.get("tidings.streams.scheduled").gauge().value() == 0) {
        return ids;
      }
    }
    throw new AssertionError(ids.size() + " were sent, and others are scheduled");
  }
}
