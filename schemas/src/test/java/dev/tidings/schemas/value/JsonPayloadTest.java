package dev.tidings.schemas.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPayloadTest {
  private final JsonPayload json = new JsonPayload();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " {\"aps\":{\"alert\":\"H\u00e9llo \ud83d\ude00\"},\"n\":[1,2.5e3,null,true]} \n",
        "{\"a\":1,\"a\":2}"
      })
  void takes_a_json_object(String payload) {
    assertThat(json.isObject(payload.getBytes(StandardCharsets.UTF_8))).isTrue();
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
    assertThat(json.isObject(payload.getBytes(StandardCharsets.UTF_8))).isFalse();
  }

  @Test
  void rejects_other_encodings_and_bytes_that_are_no_text() {
    assertThat(json.isObject("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE))).isFalse();
    assertThat(json.isObject("{\"a\":1}".getBytes(StandardCharsets.UTF_16))).isFalse();
    assertThat(json.isObject(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'})).isFalse();
  }

  @Test
  void bounds_the_depth() {
    assertThat(json.isObject(nested(100))).isTrue();
    assertThat(json.isObject(nested(101))).isFalse();
  }

  @Test
  void an_empty_payload_is_none() {
    assertThat(json.isObject(new byte[0])).isFalse();
  }

  @Test
  void a_part_of_an_array_is_looked_at_alone_and_where_it_stands() {
    byte[] bytes = "xx{}yy".getBytes(StandardCharsets.UTF_8);
    ByteBuffer part = ByteBuffer.wrap(bytes, 2, 2);

    assertThat(json.isObject(part)).isTrue();
    assertThat(json.isObject(part.slice())).isTrue();
    assertThat(json.isObject(part.asReadOnlyBuffer())).isTrue();
    assertThat(json.isObject(ByteBuffer.wrap(bytes, 2, 3))).isFalse();
    assertThat(part.remaining()).isEqualTo(2);
  }

  @Test
  void a_voip_push_may_be_longer() {
    assertThat(JsonPayload.maxBytes(PushType.VOIP)).isEqualTo(5120);
    assertThat(JsonPayload.maxBytes(PushType.ALERT)).isEqualTo(4096);
  }

  private static byte[] nested(int depth) {
    return ("{\"a\":".repeat(depth) + "1" + "}".repeat(depth)).getBytes(StandardCharsets.UTF_8);
  }
}
