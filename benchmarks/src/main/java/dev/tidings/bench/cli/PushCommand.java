package dev.tidings.bench.cli;

import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.run.Load;
import dev.tidings.bench.run.TestBed;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a steady rate of requests to the APNs endpoint. */
@Command(
    name = "push",
    description =
        "Sends at a steady rate over the APNs endpoint, whatever becomes of it: latency from when"
            + " each was meant to be sent until the device has it.")
final class PushCommand extends LoadCommand {
  @Option(
      names = "--rate",
      paramLabel = "R",
      converter = Numbers.Rate.class,
      defaultValue = "1000",
      description = "Notifications a second (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Override
  Provider provider(TestBed testBed, LoadArguments arguments)
      throws InterruptedException, IOException {
    return arguments.pushProvider(testBed);
  }

  @Override
  Load load(LoadArguments arguments) {
    return arguments.load(rate, 0);
  }
}
