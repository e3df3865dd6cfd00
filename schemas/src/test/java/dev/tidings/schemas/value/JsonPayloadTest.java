package dev.tidings.schemas.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G3 of docs/guarantees.md. */
class JsonPayloadTest {
  private final JsonPayload json = new JsonPayload();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " {\"aps\":{\"alert\":\"H\u00e9llo \ud83d\ude00\"},\"n\":[1,2.5e3,null,true]} \n",
        "{\"a\":1,\"a\":2}",
        "{\"a\":\"\\ud800 \\u0000 \\/\",\"\":[],\"b\":{},\"c\":-0.0E+10,\"d\":[[],{}]}"
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
        "{\"a\":1.}",
        "{\"a\":-}",
        "{\"a\":+1}",
        "{\"a\":1e}",
        "{\"a\":.5}",
        "{\"a\":NaN}",
        "{\"a\":tru}",
        "{\"a\":[1}",
        "{\"a\":[1,]}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"b}",
        "{,}",
        "{\"a\" 1}",
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "C0 AF", // overlong
        "C1 BF",
        "E0 80 AF",
        "F0 80 80 AF",
        "ED A0 80", // surrogates
        "ED BF BF",
        "F4 90 80 80", // beyond U+10FFFF
        "F5 80 80 80",
        "FF",
        "80", // a continuation alone
        "C3", // and one that is missing
        "E2 82",
        "F0 9F 98",
        "C3 28"
      })
  void rejects_what_is_no_utf8_in_a_value_or_a_name_wherever_it_is(String hex) {
    byte[] bad = HexFormat.ofDelimiter(" ").parseHex(hex);
    assertThat(json.isObject(around("{\"a\":\"", bad, "\"}"))).isFalse();
    assertThat(json.isObject(around("{\"a\":[{\"", bad, "\":1}]}"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "C2 80",
        "DF BF",
        "E0 A0 80",
        "ED 9F BF",
        "EF BF BF",
        "F0 90 80 80",
        "F4 8F BF BF"
      })
  void takes_the_first_and_the_last_of_each_length(String hex) {
    byte[] good = HexFormat.ofDelimiter(" ").parseHex(hex);
    assertThat(json.isObject(around("{\"a\":\"", good, "\"}"))).isTrue();
  }

  private static byte[] around(String before, byte[] middle, String after) {
    ByteBuffer all = ByteBuffer.allocate(before.length() + middle.length + after.length());
    all.put(before.getBytes(StandardCharsets.US_ASCII)).put(middle);
    return all.put(after.getBytes(StandardCharsets.US_ASCII)).array();
  }

  @Test
  void a_number_may_have_any_length() {
    String digits = "1".repeat(3_000);
    assertThat(json.isObject(("{\"a\":" + digits + '}').getBytes(StandardCharsets.UTF_8))).isTrue();
    assertThat(json.isObject(("{\"a\":-0." + digits + "e5}").getBytes(StandardCharsets.UTF_8)))
        .isTrue();
  }

  @Test
  void every_cut_of_a_payload_is_refused_without_an_exception() {
    byte[] whole =
        " {\"aps\":{\"alert\":\"H\u00e9 \\u00e9\"},\"n\":[1,-2.5e3,null,true,false]}"
            .getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < whole.length; length++) {
      assertThat(json.isObject(ByteBuffer.wrap(whole, 0, length))).as("%s", length).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"aps":{"content-available":1}}                    | false
          {"a":1,"aps":{"content-available":1,"alert":"x"}}  | true
          {"aps":{"x":{"alert":1},"sound":"default"}}        | true
          {"aps":{"badge":0}}                                | true
          {"aps":{"x":{"alert":1}},"alert":"x"}              | false
          {"aps":{"alert":null}}                             | false
          {"aps":[{"alert":1}]}                              | false
          {}                                                 | false
          """)
  void what_a_person_would_notice_contradicts_a_push_in_the_background(
      String payload, boolean contradicts) {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    assertThat(json.contradicts(bytes, PushType.BACKGROUND)).isEqualTo(contradicts);
    assertThat(json.contradicts(bytes, PushType.ALERT)).isFalse();
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
