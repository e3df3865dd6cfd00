package dev.tidings.streams.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

/** Shows G51 of docs/guarantees.md. */
final class WaitingTest {
  private static final Bytes KEY = Bytes.wrap(new byte[Long.BYTES]);
  private static final int TIMES = 2 * Long.BYTES;

  @Test
  void a_record_of_an_earlier_version_has_two_times_and_may_have_nothing_else() {
    assertThat(Waiting.isOne(KEY, new byte[TIMES])).isTrue();
    assertThat(Waiting.isOne(KEY, new byte[TIMES - 1])).isFalse();
  }

  @Test
  void the_headers_may_take_all_that_is_left_and_not_a_byte_more() {
    assertThat(Waiting.isOne(KEY, withHeaders(3, 3))).isTrue();
    assertThat(Waiting.isOne(KEY, withHeaders(0, 0))).isTrue();
    assertThat(Waiting.isOne(KEY, withHeaders(4, 3))).isFalse();
    assertThat(Waiting.isOne(KEY, withHeaders(-1, 3))).isFalse();
    assertThat(Waiting.isOne(KEY, ByteBuffer.allocate(TIMES + 3).putLong(Long.MIN_VALUE).array()))
        .isFalse();
  }

  @Test
  void a_key_has_an_offset_at_least() {
    byte[] value = new byte[TIMES];
    assertThat(Waiting.isOne(Bytes.wrap(new byte[Long.BYTES - 1]), value)).isFalse();
  }

  /** Kafka takes no record with such a timestamp, not even a dead letter. */
  @Test
  void a_time_before_the_epoch_is_no_timestamp_of_a_record() {
    assertThat(Waiting.isOne(KEY, ByteBuffer.allocate(TIMES).putLong(0).putLong(-1).array()))
        .isFalse();
    byte[] withHeaders = withHeaders(0, 0);
    ByteBuffer.wrap(withHeaders).putLong(Long.BYTES, Long.MIN_VALUE);
    assertThat(Waiting.isOne(KEY, withHeaders)).isFalse();
  }

  @Test
  void what_is_stored_comes_back() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("traceparent", new byte[] {7});
    byte[] value =
        new Waiting(Bytes.wrap(new byte[] {1}), 9, 1_000).value(2_000, headers, new byte[] {5});

    Waiting.Kept kept = Waiting.kept(value);

    assertThat(kept.isOf(2_000, new byte[] {5})).isTrue();
    assertThat(kept.isOf(2_001, new byte[] {5})).isFalse();
    assertThat(kept.isOf(2_000, new byte[] {6})).isFalse();
    assertThat(kept.headers()).isEqualTo(headers);
  }

  private static byte[] withHeaders(int said, int left) {
    return ByteBuffer.allocate(TIMES + Integer.BYTES + left)
        .putLong(Long.MIN_VALUE)
        .putLong(0)
        .putInt(said)
        .array();
  }
}
