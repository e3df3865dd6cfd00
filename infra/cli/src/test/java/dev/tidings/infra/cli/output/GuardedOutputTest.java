package dev.tidings.infra.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardedOutputTest {
  private final List<String> broken = new ArrayList<>();

  @Test
  void an_output_that_takes_all_is_sound() {
    var out = new GuardedOutput(OutputStream.nullOutputStream(), _ -> broken.add("broken"));

    new PrintWriter(out, true, UTF_8).println("some words");

    assertThat(broken).isEmpty();
    assertThat(out.exitCode()).isEmpty();
    assertThat(out.message()).isEmpty();
  }

  @Test
  void a_pipe_that_nobody_reads_any_more_ends_the_command_once_and_without_a_word() {
    GuardedOutput out = failing("Broken pipe");

    var writer = new PrintWriter(out, true, UTF_8);
    writer.println("some");
    writer.println("words");

    assertThat(broken).containsExactly("broken");
    assertThat(out.exitCode()).hasValue(141);
    assertThat(out.message()).isEmpty();
  }

  @Test
  void any_other_failure_is_said() {
    GuardedOutput out = failing("No space left on device");

    new PrintWriter(out, true, UTF_8).println("some words");

    assertThat(out.exitCode()).hasValue(1);
    assertThat(out.message()).contains("the standard output: No space left on device");
  }

  private GuardedOutput failing(String message) {
    return new GuardedOutput(
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(message);
          }
        },
        _ -> broken.add("broken"));
  }
}
