package dev.tidings.infra.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Children that are ended together, the last one started first.
 *
 * <p>Thread-safe. Once closed it starts no more children, so that a concurrent start cannot leave
 * one behind.
 */
public final class Children implements AutoCloseable {
  private static final Duration LOOK_AT_LOGS_EVERY = Duration.ofSeconds(10);

  private final Duration patience;
  private final List<ChildProcess> running = new ArrayList<>();
  private final Thread logs = Thread.ofVirtual().name("logs").unstarted(this::rotateLogs);
  private boolean closed;

  /** Creates a group whose children have {@code patience} to end orderly before they are killed. */
  public Children(Duration patience) {
    this.patience = patience;
  }

  /**
   * Starts a child.
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

  /** Log sizes are checked periodically while children may write to them. */
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

  /** Cancels the creation of their AOT caches, so that they end fast. */
  public synchronized void dropCaches() {
    running.forEach(ChildProcess::dropCache);
  }

  /** Returns whether the end of some will take longer, because they create an AOT cache. */
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
