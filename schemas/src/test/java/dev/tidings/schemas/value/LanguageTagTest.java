package dev.tidings.schemas.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G141 of docs/guarantees.md. */
class LanguageTagTest {
  private static final List<String> TAGS =
      List.of("de", "fr-CA", "zh-hant", "zh", "en-a-bbb", "sr-Latn");

  /** Its rules: RFC 4647, 3.4. */
  @ParameterizedTest
  @CsvSource({
    "de, de",
    "DE-ch-1996, de",
    "fr-CA, fr-CA",
    "fr-ca-u-ca-gregory, fr-CA",
    "fr, none",
    "fr-FR, none",
    "zh-Hant-CN-x-private1-private2, zh-hant",
    "zh-TW, zh",
    "en-a-bbb-x-a-ccc, en-a-bbb",
    "en-a, none",
    "d, none",
    "den, none",
    "sr-Latn-RS, sr-Latn",
    "und, none"
  })
  void the_tag_with_the_most_of_a_locale_is_found(String locale, String found) {
    assertThat(LanguageTag.lookup(locale, TAGS).orElse("none")).isEqualTo(found);
  }

  /** As a registration may have it that no node has written. */
  @Test
  void of_a_locale_longer_than_any_tag_only_the_beginning_counts() {
    String longest = "de-aaaaaaaa-bbbbbbbb-cccccccc-ddddd";
    List<String> tags = List.of("de", longest);

    assertThat(LanguageTag.lookup(longest + "-x", tags)).contains(longest);
    assertThat(LanguageTag.lookup(longest + "d-x", tags)).contains("de");
    assertThat(LanguageTag.lookup("de-aaaaaaaa-bbbbbbbb-cccccccc-x-abc-d", tags)).contains("de");
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          for (int time = 0; time < 1_000; time++) {
            assertThat(LanguageTag.lookup("aa-".repeat(330_000), tags)).isEmpty();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "d",
        "english",
        "de_AT",
        "de-",
        "de--at",
        "*",
        "x-private",
        "de-1234567890",
        "de-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd"
      })
  void what_is_no_language_tag_is_refused(String text) {
    assertThatThrownBy(() -> LanguageTag.parse(text)).isInstanceOf(InvalidValueException.class);
  }

  @Test
  void there_are_at_most_twenty_and_each_once_in_any_case() {
    List<String> twenty = IntStream.range(0, 20).mapToObj(n -> "de-" + (100 + n)).toList();
    LocalizedPayloads.checkTags(twenty);

    assertThatThrownBy(() ->
            LocalizedPayloads.checkTags(
                IntStream.range(0, 21).mapToObj(n -> "de-" + (100 + n)).toList()))
        .hasMessageContaining("at most 20");
    assertThatThrownBy(() -> LocalizedPayloads.checkTags(List.of("de-AT", "de-at")))
        .hasMessageContaining("once");
  }
}
