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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stop steps of a running service: its parts are stopped in reverse order of their start, each
 * within its time. Thread-safe.
 */
public final class Lifecycle implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);

  /** Stops one part of the service. */
  @FunctionalInterface
  public interface Action {
    /** Stops the part; interrupted when its time is over. */
    void run() throws Exception;
  }

  private final String command;
  private final PrintStream out;
  private final Set<String> vital = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopRequested = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private volatile Consumer<Thread> deaths = thread -> {};

  private final StartingThread starting = new StartingThread();

  // Held while the steps run, so that a second caller waits until the first has finished.
  private final ReentrantLock stopping = new ReentrantLock();
  private final Deque<StopStep> steps = new ArrayDeque<>();
  private @Nullable StopOrder order;

  /**
   * Creates a lifecycle in which nothing is started yet.
   *
   * @param command the name in the READY line
   * @param out where the READY line goes
   */
  public Lifecycle(String command, PrintStream out) {
    this.command = command;
    this.out = out;
  }

  /** States the order of all stop steps: from now on only steps that keep to it are accepted. */
  public void stopIn(StopOrder declared) {
    synchronized (steps) {
      order = declared;
    }
  }

  /**
   * Registers how a part that was just started is stopped. Steps run in reverse order, one after
   * the other; a step that exceeds its time is abandoned, one that throws is logged.
   */
  public void onStop(String name, Duration timeout, Action action) {
    synchronized (steps) {
      if (order != null) {
        order.check(name, names());
      }
      steps.push(new StopStep(name, timeout, action));
    }
  }

  /**
   * Reports that the service serves: prints one line such as {@code READY ingest-api
   * http=127.0.0.1:8080 management=127.0.0.1:9101}, which a parent process may wait for. Endpoints
   * come in alphabetical order.
   */
  public void started(Map<String, String> endpoints) {
    StringBuilder line = new StringBuilder("READY ").append(command);
    new TreeMap<>(endpoints)
        .forEach((name, address) -> line.append(' ').append(name).append('=').append(address));
    out.println(line);
    out.flush();
  }

  /**
   * Reports that a part cannot continue, so the service must stop and exit with 1. Returns at once;
   * the first cause counts.
   */
  public void fail(Throwable cause) {
    if (failure.compareAndSet(null, cause)) {
      log.warn("{} can't go on: {}", command, Reason.of(cause));
      log.debug("{} can't go on", command, cause);
    }
    requestStop();
  }

  /**
   * Registers threads without which the service cannot continue: if one dies, the service stops.
   */
  public void vital(String... threads) {
    vital.addAll(List.of(threads));
  }

  /** Passes on each thread that dies of an uncaught exception, for example to be counted. */
  public void onDeath(Consumer<Thread> listener) {
    deaths = listener;
  }

  /**
   * Handles a thread that died of an uncaught exception. An {@link Error}, such as a class that
   * cannot be loaded, stops the service, whichever thread it was; except for an error that a too
   * deeply nested request can cause.
   */
  void died(Thread thread, Throwable failure) {
    log.error("thread {} died", thread.getName(), failure);
    deaths.accept(thread);
    boolean isError = failure instanceof Error && !(failure instanceof StackOverflowError);
    if (isError || vital.contains(thread.getName())) {
      fail(failure);
    }
  }

  /** Handles the death of a thread of a Kafka client: without it the client is useless. */
  void clientDied(Thread thread, Throwable failure) {
    log.error("thread {} died", thread.getName(), failure);
    deaths.accept(thread);
    fail(failure);
  }

  /** Requests an orderly stop, as a signal does. Returns at once. */
  public void requestStop() {
    stopRequested.countDown();
    starting.interrupt();
  }

  /** Returns whether the service was asked to stop or has failed. */
  public boolean isStopping() {
    return stopRequested.getCount() == 0;
  }

  /** Returns the failure of a part, if one failed. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /**
   * Blocks until a stop is requested or a part fails, then stops every part.
   *
   * @return the exit code: 0 if asked to stop, 1 after a failure
   */
  public int awaitStop() {
    try {
      stopRequested.await();
    } catch (InterruptedException e) {
      log.debug("{} interrupted: stopping, as on a signal", command);
    }
    close();
    return exitCode();
  }

  /** Stops every part now, if that has not happened yet, and waits until all have stopped. */
  @Override
  public void close() {
    requestStop();
    stopping.lock();
    try {
      logSteps();
      for (Optional<StopStep> step = next(); step.isPresent(); step = next()) {
        step.get().run();
      }
    } finally {
      stopping.unlock();
    }
  }

  /** Runs the starter in this thread, which is interrupted if a stop is requested meanwhile. */
  void start(Starter starter, Config config) throws Exception {
    starting.begin();
    try {
      // A stop requested before begin() found no thread to interrupt.
      if (!isStopping()) {
        starter.start(config, this);
      }
    } finally {
      starting.end();
    }
  }

  /** Waits until the start has ended, but no longer than this. */
  void awaitStartEnded(Duration atMost) throws InterruptedException {
    starting.awaitEnd(atMost);
  }

  int exitCode() {
    return failure.get() == null ? 0 : 1;
  }

  private void logSteps() {
    synchronized (steps) {
      if (!steps.isEmpty()) {
        log.info("{} stops in this order: {}", command, String.join(", ", names()));
      }
    }
  }

  private List<String> names() {
    return steps.stream().map(StopStep::name).toList();
  }

  private Optional<StopStep> next() {
    synchronized (steps) {
      return Optional.ofNullable(steps.poll());
    }
  }
}
