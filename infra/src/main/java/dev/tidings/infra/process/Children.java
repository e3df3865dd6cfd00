package dev.tidings.infra.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Children that are ended together, the last one started first.
 *
 * <p>Thread-safe. Once closed it starts nothing any more, so that a start under way cannot leave
 * anything behind.
 */
public final class Children implements AutoCloseable {
  private static final Duration LOOK_AT_LOGS_EVERY = Duration.ofSeconds(10);

  private final Duration patience;
  private final List<ChildProcess> running = new ArrayList<>();
  private final Thread logs = Thread.ofVirtual().name("logs").unstarted(this::rotateLogs);
  private boolean closed;

  /** Children that have {@code patience} to end in order before they are killed. */
  public Children(Duration patience) {
    this.patience = patience;
  }

  /**
   * Starts one more.
   *
   * @throws IllegalStateException if these children have been ended already
   */
  public synchronized ChildProcess start(ChildCommand command) {
    if (closed) {
      throw new IllegalStateException(command.name() + " is not started: everything is stopping");
    }
    ChildProcess child = ChildProcess.start(command);
    running.addFirst(child);
    if (logs.getState() == Thread.State.NEW) {
      logs.start();
    }
    return child;
  }

  /** Logs are looked at now and then for as long as anything may write to them. */
  private void rotateLogs() {
    try {
      while (true) {
        Thread.sleep(LOOK_AT_LOGS_EVERY);
        List<ChildProcess> all;
        synchronized (this) {
          all = List.copyOf(running);
        }
        all.forEach(ChildProcess::rotateLog);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /** Has them keep nothing of what they have loaded, so that they end fast. */
  public synchronized void dropCaches() {
    running.forEach(ChildProcess::dropCache);
  }

  /** Whether the end of some will take longer, for they keep what they have loaded. */
  public synchronized boolean areMakingCaches() {
    return running.stream().anyMatch(child -> child.isAlive() && child.isMakingCache());
  }

  /** Asks all of them to end at once, then waits for each; idempotent. */
  @Override
  public void close() {
    List<ChildProcess> ending;
    synchronized (this) {
      closed = true;
      ending = List.copyOf(running);
      running.clear();
    }
    logs.interrupt();
    ending.forEach(ChildProcess::requestEnd);
    ending.forEach(child -> child.terminate(patience));
  }
}
