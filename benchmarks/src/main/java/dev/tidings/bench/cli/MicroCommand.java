package dev.tidings.bench.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures performance-critical code in isolation. */
@Command(
    name = "micro",
    description =
        "Measures hot pieces by themselves, under JMH: packets, requests, tokens, records, the"
            + " inbox's store, dispatch.")
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class MicroCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "PATTERN",
      arity = "0..*",
      description = "Regular expressions for the names of those to run (default: all).")
  private List<String> patterns = List.of();

  @Option(
      names = "--forks",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "1",
      description = "JVMs for each, one after the other (default: ${DEFAULT-VALUE}).")
  private int forks;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "5",
      description = "Iterations of a second that count (default: ${DEFAULT-VALUE}).")
  private int iterations;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      converter = Numbers.NotNegative.class,
      defaultValue = "5",
      description = "Iterations of a second that do not (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(names = "--profiler", paramLabel = "NAME", description = "A profiler of JMH, such as gc.")
  private Optional<String> profiler = Optional.empty();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the figures to this file, as JMH does.")
  private Optional<Path> file = Optional.empty();

  @Override
  public Integer call() throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .forks(forks)
            .warmupIterations(warmUp)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.seconds(1))
            .shouldFailOnError(true);
    patterns.forEach(options::include);
    profiler.ifPresent(options::addProfiler);
    file.ifPresent(to -> options.resultFormat(ResultFormatType.JSON).result(to.toString()));
    new Runner(options.build()).run();
    return ExitCode.OK;
  }
}
