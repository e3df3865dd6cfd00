package dev.tidings.streams.resolve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

final class KeptHeadersTest {
  private static final int MAX_BYTES = 64 * 1024;

  /** Of the lengths of a header's key and value. */
  private static final int LENGTHS = 2 * Integer.BYTES;

  @Test
  void headers_come_back_as_they_were_in_their_order_empty_and_absent_values_too() {
    Headers headers =
        new RecordHeaders()
            .add("trace", bytes("one"))
            .add("", new byte[0])
            .add("absent", null)
            .add("trace", bytes("two"))
            .add("имя", bytes("значение"));

    assertThat(KeptHeaders.read(KeptHeaders.write(headers))).isEqualTo(headers);
  }

  @Test
  void nothing_comes_back_of_no_headers() {
    assertThat(KeptHeaders.write(new RecordHeaders())).isEmpty();
    assertThat(KeptHeaders.read(new byte[0])).isEmpty();
  }

  @Test
  void headers_are_kept_up_to_the_limit_of_bytes() {
    Headers headers = new RecordHeaders().add("a", new byte[1_000]);
    int left = MAX_BYTES - LENGTHS - 1 - 1_000;
    headers.add("b", new byte[left - 1]);
    assertThat(KeptHeaders.read(KeptHeaders.write(headers))).hasSize(2);

    headers = new RecordHeaders().add("a", new byte[1_000]).add("b", new byte[left]);
    headers.add("c", null);

    assertThat(KeptHeaders.read(KeptHeaders.write(headers)))
        .extracting(Header::key)
        .containsExactly("a");
  }

  @Test
  void of_what_is_cut_short_the_headers_before_the_cut_come_back() {
    byte[] whole =
        KeptHeaders.write(
            new RecordHeaders().add("first", bytes("1")).add("second", bytes("value")));
    int first = LENGTHS + "first".length() + 1;

    for (int length = first; length < whole.length; length++) {
      assertThat(KeptHeaders.read(Arrays.copyOf(whole, length)))
          .as("the first %d bytes", length)
          .extracting(Header::key)
          .containsExactly("first");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
