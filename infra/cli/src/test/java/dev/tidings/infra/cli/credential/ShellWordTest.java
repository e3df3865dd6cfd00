package dev.tidings.infra.cli.credential;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellWordTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "/data/access/api.key, /data/access/api.key",
        "/Дом/api.key, /Дом/api.key",
        "/my data/api.key, '/my data/api.key'",
        "it's, 'it'\\''s'",
        "$HOME, '$HOME'",
        "a;b, 'a;b'",
        "\"\", ''"
      })
  void what_a_shell_would_take_apart_is_quoted(String argument, String word) {
    assertThat(ShellWord.of(argument)).isEqualTo(word);
  }
}
