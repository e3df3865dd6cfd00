package dev.tidings.infra.cli.shell;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The commands that the launcher runs itself, as far as shells and man pages tell of them. */
final class LauncherCommands {
  private static final List<String> SCENARIOS =
      List.of(
          "push",
          "flood",
          "kafka",
          "idle",
          "replay",
          "storm",
          "slow",
          "tenants",
          "schedule",
          "endure",
          "micro",
          "plot");

  private LauncherCommands() {}

  /** Adds them to the model of all others. */
  static CommandLine addTo(CommandLine all) {
    service(all, "ingest-api", "Runs ingest-api against an existing cluster.");
    service(all, "streams-processor", "Runs streams-processor against an existing cluster.");
    service(all, "delivery-node", "Runs delivery-node against an existing cluster.");
    CommandSpec bench =
        command("bench", "Measures the pipeline on this machine; bench SCENARIO --help tells more.")
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0")
                    .paramLabel("SCENARIO")
                    .type(String.class)
                    .completionCandidates(SCENARIOS)
                    .description("What is measured: ${COMPLETION-CANDIDATES}.")
                    .build());
    add(all, "bench", bench, "tidings bench push --rate 1000");
    CommandSpec test = command("test", "Builds and tests everything.");
    add(all, "test", test, "tidings test -Dtests.forks=1");
    ExitCodes.document(all);
    return all;
  }

  private static void service(CommandLine all, String name, String description) {
    CommandSpec service =
        command(name, description)
            .addOption(
                OptionSpec.builder("--config")
                    .paramLabel("FILE")
                    .type(java.nio.file.Path.class)
                    .description("Its settings, as properties.")
                    .build())
            .addOption(
                OptionSpec.builder("--set")
                    .paramLabel("KEY=VALUE")
                    .type(String.class)
                    .description("A setting with another value; may be repeated.")
                    .build())
            .addOption(
                OptionSpec.builder("--print-settings")
                    .type(boolean.class)
                    .description("Prints what can be set, and ends.")
                    .build());
    add(all, name, service, "tidings " + name + " --config " + name + ".properties");
  }

  private static CommandSpec command(String name, String description) {
    CommandSpec command = CommandSpec.create().name(name).mixinStandardHelpOptions(true);
    command.usageMessage().description(description);
    return command;
  }

  private static void add(CommandLine all, String name, CommandSpec command, String example) {
    command.usageMessage().footer("", "For example:", "  " + example);
    if (!all.getSubcommands().containsKey(name)) {
      all.addSubcommand(name, command);
    }
  }
}
