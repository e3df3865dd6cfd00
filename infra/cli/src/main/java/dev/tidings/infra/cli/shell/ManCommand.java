package dev.tidings.infra.cli.shell;

import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Output;
import dev.tidings.infra.cli.output.TargetPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes man pages. */
@Command(
    name = "man",
    description = "Writes a man page for each command, generated from the commands themselves.",
    footer = {"", "For example:", "  tidings man ~/.local/share/man/man1", "  man tidings-send"})
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class ManCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "DIR",
      converter = TargetPath.Directory.class,
      description = "Where to write them; it is made if it is not there.")
  private Path directory;

  @Option(names = "--json", description = "Prints what was written as an object in a line.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    CommandLine all = LauncherCommands.addTo(spec.root().commandLine());
    List<ManPage> pages = new ArrayList<>();
    collect(all.getCommandSpec(), LocalDate.now(ZoneOffset.UTC), pages);
    Files.createDirectories(directory);
    for (ManPage page : pages) {
      Files.writeString(directory.resolve(page.fileName()), page.text());
    }
    Output.of(spec, json)
        .print(
            pages.size() + " pages in " + directory,
            Facts.of("directory", directory).and("pages", pages.size()));
    return ExitCode.OK;
  }

  private static void collect(CommandSpec command, LocalDate date, List<ManPage> pages) {
    pages.add(new ManPage(command, date));
    for (CommandLine sub : command.subcommands().values()) {
      collect(sub.getCommandSpec(), date, pages);
    }
  }
}
