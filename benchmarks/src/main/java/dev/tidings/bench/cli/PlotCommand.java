package dev.tidings.bench.cli;

import dev.tidings.bench.plot.Plots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws the results of runs. */
@Command(
    name = "plot",
    description = {
      "Draws what runs have printed, as SVG: latency.svg (percentiles, of runs at a rate),"
          + " throughput.svg (against devices, of runs without one), cpu.svg (by process)."
    })
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class PlotCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files that --json has made.")
  private List<Path> files;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "docs/images",
      description = "Where the pictures go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Map<String, String> drawn = Plots.read(files).draw();
    if (drawn.isEmpty()) {
      spec.commandLine().getErr().println("tidings bench: no figures in " + files);
      return ExitCode.SOFTWARE;
    }
    Files.createDirectories(out);
    for (Map.Entry<String, String> picture : drawn.entrySet()) {
      Path file = out.resolve(picture.getKey());
      Files.writeString(file, picture.getValue());
      spec.commandLine().getOut().println(file);
    }
    return ExitCode.OK;
  }
}
