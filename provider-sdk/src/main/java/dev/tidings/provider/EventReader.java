package dev.tidings.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Reads Server-Sent Events, as the HTML standard defines them, from the body of a response. Closes
 * it when nothing at all comes for a minute: the service sends something every 15 s. For one
 * thread.
 */
final class EventReader implements AutoCloseable {
  private static final Duration SILENCE = Duration.ofMinutes(1);

  private final InputStream body;
  private final BufferedReader lines;
  private final LongSupplier nanoTime;
  private final Thread watch;
  private volatile long lastLine;
  private Optional<Duration> retry = Optional.empty();

  EventReader(InputStream body, LongSupplier nanoTime) {
    this.body = body;
    this.lines = new BufferedReader(new InputStreamReader(body, UTF_8));
    this.nanoTime = nanoTime;
    this.lastLine = nanoTime.getAsLong();
    this.watch = Thread.ofVirtual().name("receipts-silence").start(this::watch);
  }

  private void watch() {
    try {
      while (nanoTime.getAsLong() - lastLine < SILENCE.toNanos()) {
        Thread.sleep(SILENCE.dividedBy(4));
      }
      body.close();
    } catch (InterruptedException e) {
      // The reader is closed.
    } catch (IOException e) {
      // Whoever reads learns of it.
    }
  }

  /** Returns how long to wait before the next connection, if the service has said so. */
  Optional<Duration> retry() {
    return retry;
  }

  /** Returns the next event; empty at the end of the body. */
  Optional<ReceiptEvent> next() throws IOException {
    String name = "message";
    String id = "";
    StringBuilder data = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      lastLine = nanoTime.getAsLong();
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          return Optional.of(new ReceiptEvent(name, id, data.toString()));
        }
        name = "message";
        continue;
      }
      int colon = line.indexOf(':');
      String field = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      value = value.startsWith(" ") ? value.substring(1) : value;
      switch (field) {
        case "event" -> name = value;
        case "id" -> id = value;
        case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
        case "retry" -> retry = milliseconds(value).or(() -> retry);
        default -> {
          // A comment, or a field of a later version.
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Duration> milliseconds(String digits) {
    boolean isNumber = digits.matches("[0-9]{1,9}");
    return isNumber ? Optional.of(Duration.ofMillis(Long.parseLong(digits))) : Optional.empty();
  }

  @Override
  public void close() throws IOException {
    watch.interrupt();
    body.close();
  }
}
