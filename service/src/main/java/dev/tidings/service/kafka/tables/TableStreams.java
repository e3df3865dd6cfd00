package dev.tidings.service.kafka.tables;

import dev.tidings.service.health.Health;
import dev.tidings.service.kafka.MissingThreads;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka Streams application whose tables are copies of topics. Kafka Streams restores a table
 * from its last offset, in whichever topic has the name: if that was deleted and created again, the
 * table keeps what was in the old topic, and misses the first records of the new one if the group
 * has a commit behind them. So tables of other topics are thrown away at the start; and while it
 * runs, when the topic is found to be another, the application is closed and made again. The
 * offsets of commits need no care: a table is restored from the beginning up to them, whatever
 * topic they are of. Their leader epochs do: a partition of the new topic whose epoch is lower
 * would not be read. So before each start such commits are set to the beginning, once all processes
 * have left the group. It has one stream thread. Thread-safe.
 */
public final class TableStreams {
  private static final Logger log = LoggerFactory.getLogger(TableStreams.class);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);
  private static final Duration TO_ANSWER = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /**
   * How long a start waits for the other processes: each learns within seconds that the topic is
   * another, and has left the group after {@link #CLOSE_WITHIN}.
   */
  private static final Duration REWIND_WITHIN = Duration.ofSeconds(40);

  private final Supplier<KafkaStreams> maker;
  private final TableTopics topics;
  private final Map<String, String> tables;
  private final CommitRewind rewind;
  private final Consumer<Throwable> fatal;
  private final DiscardedTables discarded;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("tables-anew").daemon().factory());

  /** The ids of the topics that the present tables are made from. Guarded by this. */
  private Map<String, Uuid> made;

  private final MissingThreads threads;

  private volatile KafkaStreams current;
  private volatile String reason = "";

  /**
   * Creates the application without starting it, and throws away tables of other topics.
   *
   * @param maker makes the application, anew each time
   * @param tables the topic of each table
   * @param fatal receives a failure after which it cannot be made
   */
  public TableStreams(
      Supplier<KafkaStreams> maker,
      TableTopics topics,
      Map<String, String> tables,
      MeterRegistry metrics,
      Consumer<Throwable> fatal) {
    this.maker = maker;
    this.topics = topics;
    this.tables = Map.copyOf(tables);
    this.rewind = new CommitRewind(topics.commits(), Set.copyOf(tables.values()));
    this.fatal = fatal;
    this.discarded = new DiscardedTables(topics.origins(), this.tables, metrics);
    this.made = known(topics.found());
    discarded.keep(made);
    this.current = maker.get();
    this.threads = new MissingThreads(this::current, 1, System::nanoTime);
  }

  /**
   * Starts the application once no commit keeps it from reading its topics, and asks whether they
   * are still those that were found. Returns at once.
   */
  public void start() {
    threads.start();
    thread.execute(this::beginFirst);
    thread.execute(this::compare);
  }

  private void beginFirst() {
    try {
      rewind();
      startCurrent();
      reason = "";
    } catch (InterruptedException e) {
      log.debug("asked to stop");
    } catch (RuntimeException e) {
      log.error("Kafka Streams can't be started", e);
      fatal.accept(e);
    }
  }

  private synchronized void startCurrent() {
    if (closing.getCount() > 0) {
      current.start();
    }
  }

  /** Returns the application that runs now, or ran last. */
  public KafkaStreams current() {
    return current;
  }

  /** A topic was deleted and created again. Returns at once. */
  public void recreated(String topic) {
    if (tables.containsValue(topic) && closing.getCount() > 0) {
      reason = topic + " was deleted and created again: its table is made anew";
      thread.execute(this::compare);
    }
  }

  /**
   * Closes the application, and makes it again, with the same tables: by new clients, which look
   * for the group's coordinator. Returns at once.
   *
   * @param why what is told until then
   */
  public void rejoin(String why) {
    if (closing.getCount() > 0) {
      reason = why;
      log.warn(why);
      thread.execute(this::again);
    }
  }

  private void again() {
    try {
      closeCurrent();
      begin(made());
      reason = "";
    } catch (InterruptedException e) {
      log.debug("asked to stop");
    } catch (RuntimeException e) {
      log.error("the application can't be made again", e);
      fatal.accept(e);
    }
  }

  private synchronized Map<String, Uuid> made() {
    return made;
  }

  /** Returns healthy unless the tables are about to be made anew, or a thread is missing. */
  public Health health() {
    return reason.isEmpty() ? threads.check() : Health.unhealthy(reason);
  }

  private void compare() {
    try {
      Map<String, Uuid> now = ids();
      if (differ(now)) {
        closeCurrent();
        rewind();
        begin(now);
      }
      reason = "";
    } catch (InterruptedException e) {
      log.debug("asked to stop");
    } catch (RuntimeException e) {
      log.error("tables can't be made anew", e);
      fatal.accept(e);
    }
  }

  private synchronized boolean differ(Map<String, Uuid> now) {
    Set<String> others = new TreeSet<>();
    now.forEach((topic, id) -> {
      if (!made.getOrDefault(topic, id).equals(id)) {
        others.add(topic);
      }
    });
    if (!others.isEmpty()) {
      reason = others + " were deleted and created again: their tables are made anew";
      log.error("{}: what is in them now counts, what was in them before is lost", reason);
    }
    return !others.isEmpty();
  }

  /** Its directory can be used again only once it has stopped. */
  private void closeCurrent() throws InterruptedException {
    while (!current.close(
        CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(CLOSE_WITHIN))) {
      log.warn("Kafka Streams has not stopped yet: its tables are made anew after that");
      pause();
    }
  }

  private void rewind() throws InterruptedException {
    long since = System.nanoTime();
    while (true) {
      String awaited = rewind.attempt();
      if (awaited.isEmpty()) {
        return;
      }
      reason = awaited;
      if (System.nanoTime() - since >= REWIND_WITHIN.toNanos()) {
        log.warn("{}: not waited for any longer", awaited);
        return;
      }
      pause();
    }
  }

  private synchronized void begin(Map<String, Uuid> now) {
    if (closing.getCount() == 0) {
      return;
    }
    made = now;
    discarded.keep(made);
    KafkaStreams next = maker.get();
    current = next;
    next.start();
  }

  /** Returns the ids that the topics have, once brokers tell them. */
  private Map<String, Uuid> ids() throws InterruptedException {
    Map<String, Uuid> ids = new HashMap<>();
    for (String topic : new TreeSet<>(tables.values())) {
      ids.put(topic, id(topic));
    }
    return known(ids);
  }

  private Uuid id(String topic) throws InterruptedException {
    while (true) {
      try {
        return topics
            .now()
            .of(topic)
            .toCompletableFuture()
            .get(TO_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException | TimeoutException e) {
        // Whether the log is available is checked and reported elsewhere.
        log.debug("id of {} not known", topic, e);
        pause();
      }
    }
  }

  /** A broker that reports no ids cannot show that a topic was recreated. */
  private static Map<String, Uuid> known(Map<String, Uuid> ids) {
    Map<String, Uuid> known = new HashMap<>(ids);
    known.values().removeIf(Uuid.ZERO_UUID::equals);
    return known;
  }

  private void pause() throws InterruptedException {
    if (closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("closing");
    }
  }

  /**
   * Closes the application, and starts no other. Returns whether it has stopped within the time.
   */
  public boolean close(GroupMembershipOperation membership, Duration within) {
    closing.countDown();
    threads.close();
    thread.shutdownNow();
    KafkaStreams last;
    synchronized (this) {
      last = current;
    }
    return last.close(CloseOptions.groupMembershipOperation(membership).withTimeout(within));
  }
}
