package dev.tidings.infra.cli.admin.options;

import dev.tidings.infra.cli.options.Values;
import java.time.Duration;
import picocli.CommandLine.Option;

/** After which time a credential is refused. */
// picocli sets the field.
@SuppressWarnings("NullAway.Init")
public final class After {
  @Option(
      names = "--after",
      paramLabel = "DURATION",
      required = true,
      converter = Values.TimeAhead.class,
      description = "How long it is still accepted: 15m, 2h, 7d.")
  private Duration time;

  public Duration time() {
    return time;
  }
}
