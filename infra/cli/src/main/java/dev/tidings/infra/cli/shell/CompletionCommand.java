package dev.tidings.infra.cli.shell;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a script that completes commands and options in a shell. */
@Command(
    name = "completion",
    description = {
      "Prints a script for a shell, which completes commands, options and their values. The script"
          + " knows them all: completing starts nothing.",
      "Write it to a file where the shell finds it, once, and again after an update."
    },
    footer = {
      "",
      "For example:",
      "  tidings completion bash >~/.local/share/bash-completion/completions/tidings",
      "  tidings completion zsh >~/.tidings.zsh",
      "  tidings completion fish >~/.config/fish/completions/tidings.fish",
      "",
      "zsh needs a line in ~/.zshrc, after compinit: source ~/.tidings.zsh"
    })
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class CompletionCommand implements Callable<Integer> {
  /** The shells. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "SHELL",
      description = "Which shell: ${COMPLETION-CANDIDATES}.")
  private Shell shell;

  @Override
  public Integer call() {
    CommandLine all = LauncherCommands.addTo(spec.root().commandLine());
    // zsh runs that of bash, which says so to it.
    String script =
        shell == Shell.fish
            ? new FishScript(all.getCommandSpec()).text()
            : AutoComplete.bash(all.getCommandName(), all);
    spec.commandLine().getOut().print(script);
    spec.commandLine().getOut().flush();
    return ExitCode.OK;
  }
}
