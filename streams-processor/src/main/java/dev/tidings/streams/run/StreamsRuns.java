package dev.tidings.streams.run;

import dev.tidings.service.health.Health;
import dev.tidings.service.rocks.TableOrigins;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the topology while its topics stay the same, and starts a new run when one of them was
 * deleted and recreated: Kafka Streams would continue with the offsets and tables of the old topic,
 * and skip the first records of the new one. Thread-safe.
 */
public final class StreamsRuns {
  private static final Logger log = LoggerFactory.getLogger(StreamsRuns.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  /**
   * The interval of renewing commits: brokers delete those of a group without members, by default
   * after a week.
   */
  private static final Duration RENEWAL = Duration.ofMinutes(10);

  /**
   * The time limit of a close: together with later stop steps less than the usual 30 s before a
   * process is killed.
   */
  public static final Duration CLOSE_WITHIN = Duration.ofSeconds(20);

  /**
   * How long a run whose topics were recreated may take to write and commit what it has: much may
   * be impossible to write.
   */
  private static final Duration COMMIT_WITHIN = Duration.ofSeconds(5);

  /**
   * The name of the thread that watches the topics; without it a recreated topic would not be
   * noticed.
   */
  public static final String THREAD = "streams-runs";

  private final GroupOffsets offsets;
  private final Continuity continuity;
  private final TableOrigins origins;
  private final Map<String, String> tables;
  private final Maker maker;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = Thread.ofPlatform().name(THREAD).daemon().unstarted(this::run);
  private volatile @Nullable StreamsRun current;
  private volatile long sameUntil;

  /** Creates runs. */
  @FunctionalInterface
  public interface Maker {
    /**
     * Creates a run that is not started.
     *
     * @param changed the tables whose topics were recreated
     * @param sameUntil the last time at which the topics were known to be the same, in ms since the
     *     epoch: records written before it are in the tables once a later record has been read
     */
    StreamsRun make(Set<String> changed, LongSupplier sameUntil);
  }

  /**
   * Creates the runs of a topology; none has begun.
   *
   * @param sources the topics that are read
   * @param tables the topic of each table
   */
  public StreamsRuns(
      GroupOffsets offsets,
      TableOrigins origins,
      Set<String> sources,
      Map<String, String> tables,
      Maker maker,
      InstantSource clock,
      MeterRegistry metrics) {
    this.offsets = offsets;
    this.continuity = new Continuity(offsets, sources, Set.copyOf(tables.values()), metrics);
    this.origins = origins;
    this.tables = Map.copyOf(tables);
    this.maker = maker;
    this.clock = clock;
    Gauge.builder("tidings.streams.lag", this, StreamsRuns::lag)
        .description("Records not read yet, of the partition that is furthest behind.")
        .register(metrics);
  }

  public void start() {
    thread.start();
  }

  public boolean isRunning() {
    StreamsRun run = current;
    return run != null && run.isRunning();
  }

  /** Returns the description of the schema registry, if a record waits for it. */
  public Optional<String> waitingFor() {
    StreamsRun run = current;
    return run == null ? Optional.empty() : run.waitingFor();
  }

  /**
   * Returns a description of what it is doing until it runs.
   *
   * @throws IllegalStateException if it will never run
   */
  public String starting() {
    StreamsRun run = current;
    if (run == null) {
      return "waiting: " + waitingForTopics();
    }
    if (run.isOver() && continuity.reason().isEmpty() && current == run) {
      throw new IllegalStateException("Kafka Streams is " + run.state());
    }
    return "waiting: Kafka Streams is " + run.state();
  }

  private String waitingForTopics() {
    String reason = continuity.reason();
    return reason.isEmpty() ? "topics and offsets" : reason;
  }

  /** Returns healthy while a run reads all its topics. */
  public Health health() {
    StreamsRun run = current;
    if (run == null || !continuity.reason().isEmpty()) {
      return Health.unhealthy("waiting: " + waitingForTopics());
    }
    return run.health() instanceof Health.Unhealthy unhealthy
        ? unhealthy
        : Health.unless(continuity.silent());
  }

  private double lag() {
    StreamsRun run = current;
    return run == null ? 0 : run.lag();
  }

  private void run() {
    try {
      while (true) {
        Map<String, Uuid> ids = settle();
        StreamsRun run = begin(ids);
        if (run == null) {
          return;
        }
        awaitChange(ids);
        end(run);
      }
    } catch (InterruptedException e) {
      log.debug("asked to stop");
    }
  }

  private Map<String, Uuid> settle() throws InterruptedException {
    String last = "";
    long nextLine = 0;
    while (true) {
      String missing;
      try {
        long began = clock.millis();
        Optional<Map<String, Uuid>> settled = continuity.settle();
        if (settled.isPresent()) {
          sameUntil = began;
          return settled.get();
        }
        missing = continuity.reason();
      } catch (ExecutionException e) {
        missing = "topics and offsets: " + e.getCause();
      }
      if (!missing.equals(last) || System.nanoTime() - nextLine >= 0) {
        last = missing;
        nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();
        log.info("waiting: {}", missing);
      }
      pause();
    }
  }

  /** Starts a run; null if the service is already stopping. */
  private synchronized @Nullable StreamsRun begin(Map<String, Uuid> ids) {
    if (closing.getCount() == 0) {
      return null;
    }
    Map<String, Uuid> made = new HashMap<>();
    tables.forEach((table, topic) -> {
      Uuid id = ids.get(topic);
      if (id != null) {
        made.put(table, id);
      }
    });
    StreamsRun run = maker.make(origins.keep(made), () -> sameUntil);
    current = run;
    run.start();
    return run;
  }

  private void awaitChange(Map<String, Uuid> ids) throws InterruptedException {
    long nextRenewal = System.nanoTime() + RENEWAL.toNanos();
    while (true) {
      pause();
      try {
        long began = clock.millis();
        Optional<Map<String, Uuid>> now = continuity.ids();
        if (now.isEmpty()) {
          // The topic was deleted and not recreated yet; there is nothing to read.
          continue;
        }
        if (Continuity.differ(ids, now.get())) {
          continuity.tell(ids, now.get());
          return;
        }
        sameUntil = began;
        if (System.nanoTime() - nextRenewal >= 0) {
          continuity.keep(ids);
          nextRenewal = System.nanoTime() + RENEWAL.toNanos();
        }
        continuity.askSilent();
      } catch (ExecutionException e) {
        // Whether the log is available is checked and reported elsewhere.
        log.debug("topics not looked at", e);
      }
    }
  }

  /**
   * Ends a run. A static member leaves the group too: offsets cannot be reset while the group has a
   * member.
   */
  private void end(StreamsRun run) throws InterruptedException {
    boolean stopped = run.close(GroupMembershipOperation.LEAVE_GROUP, COMMIT_WITHIN);
    while (!stopped) {
      log.warn(
          "Kafka Streams has not stopped yet: what it has not written is given up and read again;"
              + " the next run begins after it has stopped");
      run.giveUpWrites();
      stopped = run.close(GroupMembershipOperation.LEAVE_GROUP, CLOSE_WITHIN);
      pause();
    }
    current = null;
  }

  /** Ends the current run, and starts no other. */
  public void close(GroupMembershipOperation membership) {
    closing.countDown();
    thread.interrupt();
    offsets.close();
    StreamsRun last;
    synchronized (this) {
      last = current;
    }
    if (last != null && !last.close(membership, CLOSE_WITHIN)) {
      log.warn("Kafka Streams has not stopped within {} s", CLOSE_WITHIN.toSeconds());
    }
  }

  private void pause() throws InterruptedException {
    if (closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("closing");
    }
  }
}
