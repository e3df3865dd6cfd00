package dev.tidings.ingest.trace.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.topic.ReceiptKey;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is on the disk is read as it was written. */
class IndexRowTest {
  @ParameterizedTest
  @EnumSource
  void every_outcome_is_kept_and_counted_as_itself(Outcome outcome) {
    IndexRow row = new IndexRow(outcome, 3, 17);

    assertThat(IndexRow.parse(row.bytes())).isEqualTo(row);
    assertThat(row.beside()).containsExactly(ReceiptKey.Kind.DISPLAYED, ReceiptKey.Kind.OPENED);
    DayCounts counts = DayCounts.parse(DayCounts.NONE.with(row, 1).bytes());
    assertThat(counts.of(outcome)).isEqualTo(1);
    assertThat(counts.accepted()).isEqualTo(1);
    assertThat(counts.displayed()).isEqualTo(1);
    assertThat(counts.opened()).isEqualTo(1);
    assertThat(counts.with(row, -1).bytes()).isNull();
  }
}
