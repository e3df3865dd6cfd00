package dev.tidings.bench.cli;

import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.run.Load;
import dev.tidings.bench.run.TestBed;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a provider that writes to Kafka. */
@Command(
    name = "kafka",
    description = "Writes notifications to the topic, at a rate or as fast as devices confirm.")
final class KafkaCommand extends LoadCommand {
  static final int BUSY_LINGER_MILLIS = 5;

  @Option(
      names = "--rate",
      paramLabel = "R",
      converter = Numbers.RateOrZero.class,
      defaultValue = "0",
      description =
          "Notifications a second, or 0 for as fast as devices confirm (default:"
              + " ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--window",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "5000",
      description = "Notifications under way at once, with rate 0 (default: ${DEFAULT-VALUE}).")
  private int window;

  @Option(
      names = "--linger",
      paramLabel = "MS",
      converter = Numbers.NotNegative.class,
      description =
          "The producer's linger.ms (default: 0 at a rate, " + BUSY_LINGER_MILLIS + " without).")
  private Optional<Integer> linger = Optional.empty();

  @Override
  Provider provider(TestBed testBed, LoadArguments arguments) {
    return arguments.logProvider(testBed, linger.orElse(rate > 0 ? 0 : BUSY_LINGER_MILLIS));
  }

  @Override
  Load load(LoadArguments arguments) {
    return arguments.load(rate, window);
  }
}
