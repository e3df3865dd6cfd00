package dev.tidings.ingest.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.format.DateTimeFormatterBuilder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UtcTextTest {

  @Test
  void a_time_has_its_milliseconds_even_if_they_are_none() {
    assertThat(text(Instant.parse("2026-11-29T12:00:00Z").toEpochMilli()))
        .isEqualTo("2026-11-29T12:00:00.000Z");
    assertThat(text(Instant.parse("2024-02-29T23:59:59.007Z").toEpochMilli()))
        .isEqualTo("2024-02-29T23:59:59.007Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-0001-01-01T00:00:00Z",
        "0999-12-31T23:59:59.999Z",
        "1000-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z",
        "+10000-01-01T00:00:00Z"
      })
  void times_at_the_edges_are_as_the_library_writes_them(Instant time) {
    long millis = time.toEpochMilli();
    assertThat(text(millis)).isEqualTo(expected(millis));
  }

  @Test
  void any_time_is_as_the_library_writes_it() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 10_000; i++) {
      long millis = random.nextLong(-400_000_000_000_000L, 400_000_000_000_000L);
      assertThat(text(millis)).isEqualTo(expected(millis));
    }
  }

  private static String text(long millis) {
    return UtcText.append(new StringBuilder(), millis).toString();
  }

  private static String expected(long millis) {
    return new DateTimeFormatterBuilder()
        .appendInstant(3)
        .toFormatter()
        .format(Instant.ofEpochMilli(millis));
  }
}
