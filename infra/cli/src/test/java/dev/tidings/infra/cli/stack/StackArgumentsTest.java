package dev.tidings.infra.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.pipeline.Instance;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.stack.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class StackArgumentsTest {
  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void a_variable_without_a_directory_counts_as_not_set(String home) {
    assertThat(StackArguments.home(Map.of("TIDINGS_HOME", home))).isEmpty();
    assertThat(StackArguments.home(Map.of())).isEmpty();
  }

  @Command
  private static final class Stack {
    @Mixin private StackArguments arguments;
  }

  /** What an administrator enters there is sent, so that it can be tried out. */
  @Test
  void webhooks_of_this_machine_are_served(@TempDir Path data) throws IOException {
    Stack stack =
        CommandLine.populateCommand(new Stack(), "--free-ports", "--data", data.toString());

    Map<String, String> settings =
        stack
            .arguments
            .options(Progress.SILENT, List.of())
            .settingsOf(Instance.first(TidingsService.INGEST_API));

    assertThat(settings)
        .containsEntry("webhooks", "true")
        .containsEntry("webhooks.hosts", "localhost,127.0.0.1");
  }

  @Test
  void a_directory_may_have_letters_beyond_ascii_and_blanks() {
    assertThat(StackArguments.home(Map.of("TIDINGS_HOME", "/srv/Дом и сад")))
        .contains(Path.of("/srv/Дом и сад"));
  }
}
