package dev.tidings.bench.cli;

import dev.tidings.bench.plot.Film;
import dev.tidings.bench.plot.Plots;
import dev.tidings.bench.plot.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
          + " throughput.svg (against devices, of runs without one), cpu.svg (by process); and a"
          + " moving picture of a terminal, demo.svg.",
      "./tidings demo --once >run.txt 2>&1 && ./tidings bench plot --demo run.txt"
    })
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class PlotCommand implements Callable<Integer> {
  private static final String DEMO = "./tidings demo --once";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "0..*", description = "Files that --json has made.")
  private List<Path> files = List.of();

  @Option(
      names = "--demo",
      paramLabel = "FILE",
      description =
          "What ./tidings demo --once has printed, to standard output and standard error: each line"
              + " comes at the time that it names, and pauses are cut to a second.")
  private @Nullable Path demo;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "docs/images",
      description = "Where the pictures go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Map<String, String> drawn = new TreeMap<>();
    if (!files.isEmpty()) {
      drawn.putAll(Plots.read(files).draw());
    }
    if (demo != null) {
      drawn.put("demo.svg", new Film(DEMO, Recording.of(Files.readAllLines(demo))).draw());
    }
    if (drawn.isEmpty()) {
      spec.commandLine().getErr().println("tidings bench: nothing to draw in " + files);
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
