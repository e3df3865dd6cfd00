package dev.tidings.service.lifecycle;

import dev.tidings.service.config.Config;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a running service owes on its way out: the pieces to stop, the last started first, each
 * within its time. Safe to use from any thread.
 */
public final class Lifecycle implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);

  /** How a piece is stopped. */
  @FunctionalInterface
  public interface Action {
    /** Stops it; interrupted when its time is over. */
    void run() throws Exception;
  }

  private final String command;
  private final PrintStream out;
  private final Set<String> vital = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopRequested = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private final StartingThread starting = new StartingThread();

  // Held while the steps run, so that whoever comes second waits for the first.
  private final ReentrantLock stopping = new ReentrantLock();
  private final Deque<StopStep> steps = new ArrayDeque<>();

  /**
   * A lifecycle in which nothing is started.
   *
   * @param command the name in the READY line
   * @param out where the READY line goes
   */
  public Lifecycle(String command, PrintStream out) {
    this.command = command;
    this.out = out;
  }

  /**
   * Registers how a piece that was just started is stopped. Steps run in reverse order, one after
   * the other; one that takes longer than its time is left behind, one that throws is logged.
   */
  public void onStop(String name, Duration timeout, Action action) {
    synchronized (steps) {
      steps.push(new StopStep(name, timeout, action));
    }
  }

  /**
   * Says that the service serves: one line such as {@code READY ingest-api http=127.0.0.1:8080
   * management=127.0.0.1:9101}, which a parent process may wait for. Endpoints come in alphabetical
   * order.
   */
  public void started(Map<String, String> endpoints) {
    StringBuilder line = new StringBuilder("READY ").append(command);
    new TreeMap<>(endpoints)
        .forEach((name, address) -> line.append(' ').append(name).append('=').append(address));
    out.println(line);
    out.flush();
  }

  /**
   * Says that a piece can't go on, so the service has to stop and exit with 1. Returns at once; the
   * first cause counts.
   */
  public void fail(Throwable cause) {
    if (failure.compareAndSet(null, cause)) {
      log.warn("{} can't go on: {}", command, Reason.of(cause));
      log.debug("{} can't go on", command, cause);
    }
    requestStop();
  }

  /** Names threads without which the service does nothing: if one dies, it can't go on. */
  public void vital(String... threads) {
    vital.addAll(List.of(threads));
  }

  /**
   * To be told of a thread that died of something nobody caught. An error, such as a class that
   * can't be loaded, leaves no service to go on with, whosever thread it was; but for one that a
   * request too deep can cause.
   */
  void died(Thread thread, Throwable failure) {
    log.error("thread {} died", thread.getName(), failure);
    boolean isError = failure instanceof Error && !(failure instanceof StackOverflowError);
    if (isError || vital.contains(thread.getName())) {
      fail(failure);
    }
  }

  /** To be told of a thread of a Kafka client that died: the client is of no use without it. */
  void clientDied(Thread thread, Throwable failure) {
    log.error("thread {} died", thread.getName(), failure);
    fail(failure);
  }

  /** Asks for an orderly stop, as a signal does. Returns at once. */
  public void requestStop() {
    stopRequested.countDown();
    starting.interrupt();
  }

  /** Whether the service was asked to stop or has failed. */
  public boolean isStopping() {
    return stopRequested.getCount() == 0;
  }

  /** What a piece failed with, if one did. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /**
   * Blocks until a stop is asked for or a piece fails, then stops every piece.
   *
   * @return the exit code: 0 if asked to stop, 1 after a failure
   */
  public int awaitStop() {
    try {
      stopRequested.await();
    } catch (InterruptedException e) {
      log.debug("{} interrupted, which is as good as a signal", command);
    }
    close();
    return exitCode();
  }

  /** Stops every piece now, if that has not happened yet, and waits until it has. */
  @Override
  public void close() {
    requestStop();
    stopping.lock();
    try {
      for (Optional<StopStep> step = next(); step.isPresent(); step = next()) {
        step.get().run();
      }
    } finally {
      stopping.unlock();
    }
  }

  /** Runs the starter in this thread, interrupted if a stop is asked for meanwhile. */
  void start(Starter starter, Config config) throws Exception {
    starting.begin();
    try {
      // A stop asked for before begin() found nobody to interrupt.
      if (!isStopping()) {
        starter.start(config, this);
      }
    } finally {
      starting.end();
    }
  }

  /** Waits until nothing more is being started, but no longer than this. */
  void awaitStartEnded(Duration atMost) throws InterruptedException {
    starting.awaitEnd(atMost);
  }

  int exitCode() {
    return failure.get() == null ? 0 : 1;
  }

  private Optional<StopStep> next() {
    synchronized (steps) {
      return Optional.ofNullable(steps.poll());
    }
  }
}
