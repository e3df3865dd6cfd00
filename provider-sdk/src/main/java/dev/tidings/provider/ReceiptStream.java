package dev.tidings.provider;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The receipts of an app, as they happen. Connects again by itself, behind the last event, for as
 * long as the service is away; each receipt comes at least once. Reads a few events ahead and then
 * waits, so that a slow reader costs nobody memory. {@link #next} is for one thread.
 */
public final class ReceiptStream implements AutoCloseable {
  private static final int AHEAD = 64;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_ASKED = Duration.ofMinutes(1);

  /** Opens the stream of an app. */
  @FunctionalInterface
  interface Source {
    /**
     * Returns the body of the response.
     *
     * @throws NotAuthorizedException if the stream cannot be had
     * @throws IOException if it cannot be had now
     */
    InputStream open(ReceiptStart start) throws IOException, InterruptedException;
  }

  /** What has been read: an event, or the reason for the end. */
  private record Read(@Nullable ReceiptEvent event, @Nullable IOException end) {}

  private final Source source;
  private final BlockingQueue<Read> ahead = new LinkedBlockingQueue<>(AHEAD);
  private final Thread reader;

  // Confined to the reader.
  private ReceiptStart start;
  // Confined to whoever calls next.
  private @Nullable IOException ended;

  ReceiptStream(Source source, ReceiptStart start) {
    this.source = source;
    this.start = start;
    this.reader = Thread.ofVirtual().name("receipts").start(this::run);
  }

  /**
   * Returns the next event; empty if none comes in time.
   *
   * @throws NotAuthorizedException if the service requires another credential; the stream has ended
   * @throws IOException if the service has refused the stream for good, or it has failed here, as
   *     when the credential's supplier does; the stream has ended, and says so each time
   */
  public Optional<ReceiptEvent> next(Duration patience) throws IOException, InterruptedException {
    @Nullable Read read =
        ended == null ? ahead.poll(patience.toNanos(), TimeUnit.NANOSECONDS) : null;
    if (read != null && read.end() != null) {
      ended = read.end();
    }
    if (ended != null) {
      throw ended;
    }
    return Optional.ofNullable(read).map(Read::event);
  }

  private void run() {
    try {
      while (true) {
        Duration pause = pause();
        try (var events = new EventReader(source.open(start), System::nanoTime)) {
          pause = read(events).orElse(pause);
        } catch (NotAuthorizedException | RefusedStreamException e) {
          ahead.put(new Read(null, e));
          return;
        } catch (TryLaterException e) {
          pause = longer(pause, e.retryAfter().orElse(Duration.ZERO));
        } catch (IOException e) {
          // The service is away, or its node is: the next connection may reach another.
        }
        Thread.sleep(pause);
      }
    } catch (InterruptedException e) {
      // Closed.
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  /** Nobody would learn of it otherwise: there would only be no more events. */
  private void failed(RuntimeException e) {
    try {
      ahead.put(new Read(null, new IOException("the stream of receipts has failed", e)));
    } catch (InterruptedException closed) {
      // Closed.
    }
  }

  private static Duration longer(Duration pause, Duration asked) {
    Duration bounded = asked.compareTo(LONGEST_ASKED) < 0 ? asked : LONGEST_ASKED;
    return bounded.compareTo(pause) > 0 ? bounded : pause;
  }

  /** Reads one connection to its end. Returns the pause that the service asks for. */
  private Optional<Duration> read(EventReader events) throws InterruptedException {
    try {
      for (var next = events.next(); next.isPresent(); next = events.next()) {
        ReceiptEvent event = next.get();
        if (!event.name().equals("position") && !event.name().equals("end")) {
          ahead.put(new Read(event, null));
        }
        if (!event.id().isEmpty()) {
          start = new ReceiptStart.After(event.id());
        }
      }
    } catch (IOException e) {
      // It goes on behind the last event.
    }
    return events.retry();
  }

  private static Duration pause() {
    return Duration.ofMillis(
        ThreadLocalRandom.current()
            .nextLong(LONGEST_PAUSE.toMillis() / 5, LONGEST_PAUSE.toMillis()));
  }

  /** Ends the stream; a reader that waits is told nothing more. */
  @Override
  public void close() {
    reader.interrupt();
  }
}
