package dev.tidings.auth.device.jwt.keys;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A key set in a file. It is small, so it is read again rather than watched. */
public record KeySetFile(Path path) implements KeySource {
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  @Override
  public byte[] read() throws IOException {
    try (InputStream file = Files.newInputStream(path)) {
      byte[] bytes = file.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("more than " + MAX_BYTES + " bytes");
      }
      return bytes;
    }
  }

  @Override
  public Duration every() {
    return EVERY;
  }

  @Override
  public Duration pause() {
    return PAUSE;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
