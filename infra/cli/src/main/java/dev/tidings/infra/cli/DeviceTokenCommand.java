package dev.tidings.infra.cli;

import dev.tidings.infra.cli.access.DeviceIssuer;
import dev.tidings.infra.cli.options.Values;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Output;
import dev.tidings.infra.cli.output.TargetPath;
import dev.tidings.infra.cli.stack.DataPath;
import dev.tidings.infra.cli.stack.StackArguments;
import dev.tidings.infra.stack.Checkout;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.service.files.PrivateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Signs a token for a device. */
@Command(
    name = "device-token",
    description = {
      "Signs a token (JWT) for a device of up --closed, with the key in its data directory, and"
          + " prints it, alone, on the standard output.",
      "An issuer of your own does this for the devices of a service that runs elsewhere."
    },
    footer = {"", "For example:", "  tidings device-token my-phone --valid 7d --file my-phone.jwt"})
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class DeviceTokenCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "SERIAL",
      converter = Values.Serial.class,
      description = "The device's serial number.")
  private DeviceId serial;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      converter = DataPath.class,
      description = "The data directory (default: $TIDINGS_HOME, or .tidings in the checkout).")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--valid",
      paramLabel = "TIME",
      converter = Values.Period.class,
      defaultValue = "24h",
      description = "For how long: 15m, 2h, 7d (default: ${DEFAULT-VALUE}).")
  private Duration valid;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      converter = TargetPath.AnyFile.class,
      description = "Writes it to this file, for its owner alone, in place of printing it.")
  private Optional<Path> file = Optional.empty();

  @Option(names = "--json", description = "Prints it in an object, with what it is for.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Path directory = StackArguments.directory(data, Checkout.find());
    Instant end = Instant.now().plus(valid);
    String token = DeviceIssuer.read(directory).issuer().token(serial.value(), end);
    if (file.isPresent()) {
      PrivateFile.write(file.get(), token + System.lineSeparator());
    } else {
      Output.of(spec, json)
          .print(
              token,
              Facts.of("serial", serial)
                  .and("token", token)
                  .and("validUntil", end.truncatedTo(ChronoUnit.SECONDS)));
    }
    spec.commandLine()
        .getErr()
        .println("valid until " + end.truncatedTo(ChronoUnit.SECONDS) + ", for " + serial);
    return ExitCode.OK;
  }
}
