package dev.tidings.infra.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;

class ProviderCredentialTest {
  @TempDir private Path directory;
  private final StringWriter err = new StringWriter();

  @Test
  void nothing_is_needed_where_nothing_is_required() throws IOException {
    assertThat(parse().read(Map.of(), new PrintWriter(err))).isEmpty();
    assertThat(parse().read(Map.of("TIDINGS_API_KEY", ""), new PrintWriter(err))).isEmpty();
  }

  @Test
  void an_api_key_is_taken_from_the_environment() throws IOException {
    assertThat(parse().read(Map.of("TIDINGS_API_KEY", "tid_a_b\n"), new PrintWriter(err)))
        .map(Object::toString)
        .contains("Credential[API key]");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void a_file_takes_precedence_over_the_environment() throws IOException {
    Path file = write("tid_a_b\n", "rw-------");

    assertThat(
            parse("--api-key-file", file.toString())
                .read(Map.of("TIDINGS_API_KEY", "no key"), new PrintWriter(err)))
        .isPresent();
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--"})
  void a_file_that_others_may_read_is_used_with_a_warning(String mode) throws IOException {
    Path file = write("tid_a_b", mode);
    var out = new PrintWriter(err, true);

    assertThat(parse("--api-key-file", file.toString()).read(Map.of(), out)).isPresent();
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "tidings: warning: others may read " + file + " (expected: chmod 600)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "s3cret one", "s3cret\ns3cret", "s3cr\u00e9t", "LARGE"})
  void what_is_no_api_key_is_named_by_its_source_and_not_repeated(String text) throws IOException {
    String content = text.equals("LARGE") ? "s3cret".repeat(1_000) : text;
    Path file = write(content, "rw-------");

    assertThatThrownBy(
            () -> parse("--api-key-file", file.toString()).read(Map.of(), new PrintWriter(err)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + " (expected: an API key, alone")
        .hasMessageNotContaining("s3cr");
  }

  @Test
  void a_variable_without_an_api_key_is_named_and_not_repeated() {
    assertThatThrownBy(
            () -> parse().read(Map.of("TIDINGS_API_KEY", "s3cret one"), new PrintWriter(err)))
        .hasMessageStartingWith("TIDINGS_API_KEY (expected: an API key")
        .hasMessageNotContaining("s3cr");
  }

  private Path write(String content, String mode) throws IOException {
    Path file = Files.writeString(directory.resolve("key"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static ProviderCredential parse(String... arguments) {
    var command = new Host();
    new CommandLine(command).parseArgs(arguments);
    return command.credential;
  }

  @Command
  private static final class Host {
    @ArgGroup private ProviderCredential credential = new ProviderCredential();
  }
}
