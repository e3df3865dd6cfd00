package dev.tidings.ingest.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class CursorTest {
  private static final Uuid TOPIC = Uuid.randomUuid();

  @Test
  void what_is_written_is_read_and_is_short() {
    long[] offsets = {0, 1, 127, 128, 1_000_000, 4_000_000_000L, Long.MAX_VALUE, 7};
    String text = new Cursor(TOPIC, offsets).text();

    Cursor read = Cursor.parse(text).orElseThrow();
    assertThat(read.topic()).isEqualTo(TOPIC);
    assertThat(read.next()).containsExactly(offsets);
    long[] eight = new long[8];
    Arrays.fill(eight, 1_000_000);
    assertThat(new Cursor(TOPIC, eight).text()).hasSizeLessThan(60).matches("[A-Za-z0-9_-]+");
  }

  @Test
  void what_we_have_not_written_is_not_read() {
    String text = new Cursor(TOPIC, new long[] {5, 6}).text();
    for (int end = 0; end < text.length(); end++) {
      assertThat(Cursor.parse(text.substring(0, end))).as(text.substring(0, end)).isEmpty();
    }
    assertThat(Cursor.parse(text + "AA")).isEmpty();
    assertThat(Cursor.parse("AA" + text)).isEmpty();
    assertThat(Cursor.parse("not a position")).isEmpty();
    assertThat(Cursor.parse("42")).isEmpty();
  }
}
