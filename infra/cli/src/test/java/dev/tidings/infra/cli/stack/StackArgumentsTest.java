package dev.tidings.infra.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackArgumentsTest {
  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void a_variable_without_a_directory_counts_as_not_set(String home) {
    assertThat(StackArguments.home(Map.of("TIDINGS_HOME", home))).isEmpty();
    assertThat(StackArguments.home(Map.of())).isEmpty();
  }

  @Test
  void a_directory_may_have_letters_beyond_ascii_and_blanks() {
    assertThat(StackArguments.home(Map.of("TIDINGS_HOME", "/srv/Дом и сад")))
        .contains(Path.of("/srv/Дом и сад"));
  }
}
