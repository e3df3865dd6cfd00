package dev.tidings.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLetterHeadersTest {
  private final Headers original = new RecordHeaders().add("trace", bytes("abc"));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, String> texts(Headers headers) {
    return Arrays.stream(headers.toArray())
        .collect(
            Collectors.toMap(
                header -> header.key(),
                header -> new String(header.value(), StandardCharsets.UTF_8)));
  }

  @Test
  void a_letter_keeps_the_records_headers_and_says_why_and_whence() {
    Headers letter = DeadLetterHeaders.of(original, "no such token", "inbox", 3, 17, 777);

    assertThat(texts(letter))
        .isEqualTo(
            Map.of(
                "trace", "abc",
                "tidings-reason", "no such token",
                "tidings-topic", "inbox",
                "tidings-partition", "3",
                "tidings-offset", "17",
                "tidings-timestamp", "777"));
    assertThat(original.toArray()).hasSize(1);
  }

  @Test
  void a_letter_that_was_replayed_says_why_and_whence_it_is_one_now() {
    Headers first = DeadLetterHeaders.of(original, "first", "notifications", 1, 2, 3);

    assertThat(texts(DeadLetterHeaders.of(first, "second", "inbox", 4, 5, -1)))
        .isEqualTo(
            Map.of(
                "trace", "abc",
                "tidings-reason", "second",
                "tidings-topic", "inbox",
                "tidings-partition", "4",
                "tidings-offset", "5"));
  }

  @Test
  void a_shortened_letter_has_only_what_says_why_and_whence_and_its_length() {
    Headers letter = DeadLetterHeaders.of(original, "too large", "inbox", 3, 17, 777);

    assertThat(texts(DeadLetterHeaders.shortened(letter, 100, 5_000)))
        .containsOnlyKeys(
            "tidings-reason",
            "tidings-topic",
            "tidings-partition",
            "tidings-offset",
            "tidings-timestamp",
            "tidings-shortened")
        .containsEntry("tidings-shortened", "5000");
  }

  @Test
  void a_long_reason_is_cut() {
    Headers letter = DeadLetterHeaders.of(original, "x".repeat(5_000), "inbox", 3, 17, 777);

    assertThat(texts(letter).get("tidings-reason")).hasSize(1_001).endsWith("…");
  }
}
