package dev.tidings.streams.write;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

/** Shows G40 of docs/guarantees.md. */
final class TableMarkTest {
  private static final long START = 1_000_000;
  private static final long SECOND = 1_000;

  private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();
  private final TableMark mark = new TableMark(context, Sinks.MARKS);

  private Record<byte[], byte[]> written(int number) {
    List<MockProcessorContext.CapturedForward<? extends byte[], ? extends byte[]>> all =
        List.copyOf(context.forwarded());
    var record = all.get(number).record();
    return new Record<>(record.key(), record.value(), record.timestamp(), record.headers());
  }

  @Test
  void a_table_that_stays_far_behind_its_topic_is_complete_up_to_the_marks_that_come_late() {
    mark.write(START);
    mark.write(START + 9 * SECOND);
    assertThat(context.forwarded()).hasSize(1);
    mark.write(START + 11 * SECOND);
    mark.write(START + 22 * SECOND);
    assertThat(context.forwarded()).hasSize(3);

    assertThat(mark.isRead(written(0))).isTrue();
    assertThat(mark.completeUntil(START + 25 * SECOND)).isEqualTo(START);
    // The last one is still on its way.
    mark.write(START + 25 * SECOND);
    assertThat(context.forwarded()).hasSize(3);
    assertThat(mark.isRead(written(2))).isTrue();
    assertThat(mark.isRead(written(1))).isTrue();
    assertThat(mark.completeUntil(START + 30 * SECOND)).isEqualTo(START + 22 * SECOND);

    mark.write(START + 31 * SECOND);
    assertThat(context.forwarded()).hasSize(4);
  }

  @Test
  void what_marks_have_told_is_worth_nothing_once_the_clock_was_set_back() {
    mark.write(START);
    assertThat(mark.isRead(written(0))).isTrue();
    mark.write(START + 50 * SECOND);

    long back = START - 60 * SECOND;
    assertThat(mark.completeUntil(back)).isLessThan(back - 3_600 * SECOND);
    assertThat(mark.isRead(written(1))).isFalse();
    mark.write(back);
    assertThat(mark.completeUntil(START + SECOND)).isLessThan(back);
    assertThat(mark.isRead(written(2))).isTrue();
    assertThat(mark.completeUntil(START + SECOND)).isEqualTo(back);
  }

  @Test
  void another_task_s_mark_is_none() {
    new TableMark(context, Sinks.MARKS).write(START);

    assertThat(mark.isRead(written(0))).isFalse();
    assertThat(mark.isRead(new Record<>(new byte[] {0, 0, 0, 0, 0}, null, 0))).isFalse();
    assertThat(mark.completeUntil(START)).isNegative();
  }

  @Test
  void one_that_somebody_else_has_made_up_is_none() {
    mark.write(START);
    Record<byte[], byte[]> forged = written(0);
    Header header = forged.headers().iterator().next();
    String text = new String(header.value(), US_ASCII);
    for (String other : List.of(text + "x", text.substring(0, 37), text + "9".repeat(30))) {
      forged.headers().remove(header.key()).add(header.key(), other.getBytes(US_ASCII));
      assertThat(mark.isRead(forged)).isFalse();
    }
    assertThat(mark.completeUntil(START)).isNegative();
  }
}
