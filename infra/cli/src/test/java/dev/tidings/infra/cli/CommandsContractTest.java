package dev.tidings.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What every command has, walked through from the first to the last. */
class CommandsContractTest {
  /** They print no facts: a show for people, a script, and the help. */
  private static final Set<String> WITHOUT_JSON =
      Set.of("tidings demo", "tidings completion", "tidings help");

  private static final String EXAMPLE = "  tidings ";
  private static final String TOKEN = "ab".repeat(32);
  private static final String ID = "01a224dd-faf8-7d44-93a9-acf34e765eed";

  static Stream<String> commands() {
    return all(root().getCommandSpec()).stream().map(CommandSpec::qualifiedName);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_command_has_an_example_in_its_help_and_documents_its_exit_codes(String name) {
    CommandSpec command = find(name);
    String help = new CommandLine(command).getUsageMessage();

    assertThat(help).contains("For example:");
    assertThat(examples(command))
        .isNotEmpty()
        .allMatch(line -> line.startsWith(name + " ") || line.equals(name));
    assertThat(help.contains("Run by the launcher itself")).isEqualTo(name.equals("tidings"));
    assertThat(help).contains("Exit codes:").containsPattern("(?m)^ +2 +the command was not");
    assertThat(help).doesNotContain("null");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_command_that_prints_facts_prints_them_as_json_too(String name) {
    CommandSpec command = find(name);

    assertThat(command.findOption("--json") != null)
        .isEqualTo(command.subcommands().isEmpty() && !WITHOUT_JSON.contains(name));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_example_is_understood(String name) throws Exception {
    Path key = Files.createTempFile("AuthKey", ".pub");
    for (String example : examples(find(name))) {
      List<String> words = words(example.replace("AuthKey.pub", key.toString()));
      assertThat(parsed(words)).as(example).isEmpty();
    }
    Files.delete(key);
  }

  @Test
  void commands_are_many() {
    assertThat(commands()).hasSizeGreaterThan(50);
  }

  /** Returns why an example is refused; empty if it is not. */
  private static String parsed(List<String> words) {
    try {
      var _ = root().parseArgs(words.subList(1, words.size()).toArray(String[]::new));
      return "";
    } catch (CommandLine.ParameterException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** What a shell makes of a line, as far as examples go. */
  private static List<String> words(String example) {
    String command =
        example
            .replaceAll(" >.*", "")
            .replace(" TOKEN", " " + TOKEN)
            .replaceAll(" ID( |$)", " " + ID + "$1")
            .replace(" …", " --app com.example.news --title x");
    List<String> words = new ArrayList<>();
    var matcher = java.util.regex.Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)").matcher(command);
    while (matcher.find()) {
      words.add(
          Stream.of(1, 2, 3)
              .map(matcher::group)
              .filter(java.util.Objects::nonNull)
              .findFirst()
              .orElseThrow());
    }
    return words;
  }

  private static List<String> examples(CommandSpec command) {
    return Stream.of(command.usageMessage().footer())
        .filter(line -> line.startsWith(EXAMPLE))
        .map(String::strip)
        .toList();
  }

  private static CommandSpec find(String name) {
    return all(root().getCommandSpec()).stream()
        .filter(command -> command.qualifiedName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<CommandSpec> all(CommandSpec command) {
    List<CommandSpec> all = new ArrayList<>(List.of(command));
    command.subcommands().values().forEach(sub -> all.addAll(all(sub.getCommandSpec())));
    return all;
  }

  private static CommandLine root() {
    return Tidings.commandLine(
        new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
  }
}
