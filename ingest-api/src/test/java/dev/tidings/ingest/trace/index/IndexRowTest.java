package dev.tidings.ingest.trace.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.topic.ReceiptKey;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is on the disk is read as it was written. */
class IndexRowTest {
  @ParameterizedTest
  @EnumSource
  void every_outcome_is_kept_and_counted_as_itself(Outcome outcome) {
    IndexRow row = new IndexRow(outcome, 3, 17, null);

    assertThat(IndexRow.parse(row.bytes())).isEqualTo(row);
    assertThat(row.beside()).containsExactly(ReceiptKey.Kind.DISPLAYED, ReceiptKey.Kind.OPENED);
    DayCounts counts = DayCounts.parse(DayCounts.NONE.with(row, 1).bytes());
    assertThat(counts.of(outcome)).isEqualTo(1);
    assertThat(counts.accepted()).isEqualTo(1);
    assertThat(counts.displayed()).isEqualTo(1);
    assertThat(counts.opened()).isEqualTo(1);
    assertThat(counts.with(row, -1).bytes()).isNull();
  }

  @Test
  void a_category_is_kept_and_a_row_of_an_earlier_version_has_none() {
    IndexRow row = new IndexRow(Outcome.DELIVERED, 1, 17, "marketing");
    assertThat(IndexRow.parse(row.bytes())).isEqualTo(row);

    byte[] earlier = {2, 1, 0, 0, 0, 0, 0, 0, 0, 17};
    assertThat(IndexRow.parse(earlier)).isEqualTo(new IndexRow(Outcome.DELIVERED, 1, 17, null));
    assertThat(new IndexRow(Outcome.DELIVERED, 1, 17, null).bytes()).isEqualTo(earlier);
  }

  @Test
  void the_counts_of_those_without_a_category_are_where_an_earlier_version_had_them_all() {
    Bytes earlier = Bytes.wrap(new byte[] {2, 'a', '.', 'b', 0, 0, 0, 0, 0, 0, 0, 0x4e, 0x20});
    assertThat(DayCounts.key("a.b", 20_000, null)).isEqualTo(earlier);
    assertThat(DayCounts.of("a.b", earlier)).isEqualTo(new DayCounts.Of(20_000, "none"));
    assertThat(DayCounts.of("a.b", DayCounts.key("a.b", 20_000, "marketing")))
        .isEqualTo(new DayCounts.Of(20_000, "marketing"));
  }
}
