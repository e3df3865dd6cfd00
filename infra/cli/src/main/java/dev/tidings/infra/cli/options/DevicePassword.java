package dev.tidings.infra.cli.options;

import dev.tidings.device.DeviceOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The token that a device proves itself by, in a file. There is no option for the token itself,
 * which everybody on the machine could see in the list of processes.
 */
public final class DevicePassword {
  /** More than any token has that a delivery node accepts. */
  private static final int MOST_BYTES = 16 * 1024;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      converter = Values.ReadableFile.class,
      description =
          "Where the service requires it: a file with the device's token (JWT), which is read"
              + " again for each connection; ./tidings device-token makes one for up --closed.")
  private @Nullable Path file;

  /**
   * Has a device use it, if there is one.
   *
   * @param err receives a warning if others may read the file
   */
  public DeviceOptions.Builder addTo(DeviceOptions.Builder options, PrintWriter err)
      throws IOException {
    if (file == null) {
      return options;
    }
    Path path = file;
    require(path);
    SecretFile.warnIfOthersMayRead(path, err);
    return options.tokens(() -> require(path));
  }

  private static String require(Path path) throws IOException {
    String token = SecretFile.read(path, MOST_BYTES);
    if (token.isEmpty() || token.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException(
          path + " (expected: a token alone, as ./tidings device-token prints it)");
    }
    return token;
  }
}
