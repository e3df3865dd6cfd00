package dev.tidings.infra.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.device.receive.ReceivedNotification;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PhoneScreenTest {
  private static final String HARMFUL = "\u001b[2J\u009b31m\u202e\u2066\u0007\u2028\u0085";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"aps\":{\"alert\":{\"title\":\"%s\",\"body\":\"b\"}}}",
        "{\"aps\":{\"alert\":{\"title\":\"t\",\"body\":\"%s\"}}}",
        "{\"aps\":{\"alert\":\"hello\",\"sound\":\"%s\"}}",
        "{\"other\":\"%s\"}"
      })
  void what_a_provider_wrote_does_nothing_to_a_terminal(String payload) {
    String shown = shown("com.example.news", payload.formatted(escaped(HARMFUL)));

    assertThat(shown.replace("\n", "").codePoints().noneMatch(Character::isISOControl)).isTrue();
    assertThat(shown).doesNotContain("\u202e", "\u2066", "\u2028");
  }

  @Test
  void neither_does_what_stands_in_the_apps_place() {
    String shown = shown("a" + HARMFUL, "{\"aps\":{\"alert\":\"hello\"}}");

    assertThat(shown.replace("\n", "").codePoints().noneMatch(Character::isISOControl)).isTrue();
    assertThat(shown).doesNotContain("\u202e", "\u2066", "\u2028").contains("hello");
  }

  @Test
  void other_scripts_and_joined_emoji_are_shown_as_they_are() {
    String text = "سلام دنیا 👩‍💻 新しい";

    assertThat(shown("com.example.news", "{\"aps\":{\"alert\":\"" + text + "\"}}")).contains(text);
  }

  @Test
  void line_breaks_are_blanks() {
    assertThat(shown("com.example.news", "{\"aps\":{\"alert\":\"one\\r\\ntwo\\tthree\"}}"))
        .contains("one two three");
  }

  private static String shown(String app, String payload) {
    return PhoneScreen.of(new ReceivedNotification("id", app, payload.getBytes(UTF_8), Map.of()));
  }

  /** As JSON writes characters. */
  private static String escaped(String text) {
    StringBuilder json = new StringBuilder();
    text.chars().forEach(c -> json.append("\\u%04x".formatted(c)));
    return json.toString();
  }
}
