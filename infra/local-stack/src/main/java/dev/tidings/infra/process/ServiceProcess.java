package dev.tidings.infra.process;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A child that is one of the services: it reports its addresses in a line {@code READY name
 * endpoint=host:port …}.
 *
 * @param child the process
 */
public record ServiceProcess(ChildProcess child) {
  private static final String READY = "READY ";
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  /** Starts a service; {@link #awaitReady} waits until it can be used. */
  public static ServiceProcess start(ChildCommand command) {
    return new ServiceProcess(ChildProcess.start(command));
  }

  /**
   * Waits until the service reports that it is ready.
   *
   * @return the addresses at which it listens
   * @throws ChildFailedException if it ends first, or is not ready after {@code patience}; it keeps
   *     running then
   */
  public Endpoints awaitReady(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      boolean ended = child.awaitEnd(LOOK_EVERY);
      var ready = child.output().lineStartingWith(READY);
      if (ended) {
        throw ChildFailedException.ended(child);
      }
      if (ready.isPresent()) {
        return Endpoints.parse(ready.get());
      }
      if (System.nanoTime() - deadline > 0) {
        throw ChildFailedException.notReady(child, patience);
      }
    }
  }

  public String name() {
    return child.name();
  }

  public long pid() {
    return child.pid();
  }

  public boolean isAlive() {
    return child.isAlive();
  }

  public Path log() {
    return child.log();
  }

  /** Ends it at once, as a crash would (SIGKILL), and waits until it has ended. */
  public void kill() {
    child.kill();
  }

  /**
   * Asks it to end (SIGTERM), and kills it if it has not after {@code patience}. Returns its exit
   * code.
   */
  public int terminate(Duration patience) {
    return child.terminate(patience);
  }
}
