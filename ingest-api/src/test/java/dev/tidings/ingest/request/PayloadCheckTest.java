package dev.tidings.ingest.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadCheckTest {
  private final PayloadCheck check = new PayloadCheck();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " {\"aps\":{\"alert\":\"H\u00e9llo \ud83d\ude00\"},\"n\":[1,2.5e3,null,true]} \n",
        "{\"a\":1,\"a\":2}"
      })
  void takes_a_json_object(String payload) {
    assertThat(check.check(payload.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "[]",
        "1",
        "null",
        "\"a\"",
        "{",
        "{\"a\"}",
        "{}{}",
        "{} x",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":1,}",
        "{\"a\":\"\u0001\"}",
        "\ufeff{}"
      })
  void rejects_what_is_none(String payload) {
    assertThat(check.check(payload.getBytes(StandardCharsets.UTF_8)))
        .contains(RejectionReason.BAD_PAYLOAD);
  }

  @Test
  void rejects_other_encodings_and_bytes_that_are_no_text() {
    assertThat(check.check("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE)))
        .contains(RejectionReason.BAD_PAYLOAD);
    assertThat(check.check("{\"a\":1}".getBytes(StandardCharsets.UTF_16)))
        .contains(RejectionReason.BAD_PAYLOAD);
    assertThat(check.check(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}))
        .contains(RejectionReason.BAD_PAYLOAD);
  }

  @Test
  void bounds_the_depth() {
    assertThat(check.check(nested(99))).isEmpty();
    assertThat(check.check(nested(101))).contains(RejectionReason.BAD_PAYLOAD);
  }

  @Test
  void an_empty_payload_has_a_reason_of_its_own() {
    assertThat(check.check(new byte[0])).contains(RejectionReason.PAYLOAD_EMPTY);
  }

  private static byte[] nested(int depth) {
    return ("{\"a\":".repeat(depth) + "1" + "}".repeat(depth)).getBytes(StandardCharsets.UTF_8);
  }
}
