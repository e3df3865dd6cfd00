package dev.tidings.bench.cli;

import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.run.Load;
import dev.tidings.bench.run.TestBed;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures one REST request with a notification in each line, as fast as devices confirm. */
@Command(
    name = "lines",
    description =
        "Sends over REST, all in one request with a line for each, as fast as devices confirm.")
final class LinesCommand extends LoadCommand {
  @Option(
      names = "--window",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "5000",
      description = "Notifications under way at once (default: ${DEFAULT-VALUE}).")
  private int window;

  @Override
  Provider provider(TestBed testBed, LoadArguments arguments)
      throws InterruptedException, IOException {
    return arguments.lineProvider(testBed);
  }

  @Override
  Load load(LoadArguments arguments) {
    return arguments.load(0, window);
  }
}
