package dev.tidings.service.start;

import dev.tidings.schemas.topic.FoundTopic;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.TopicDifference;
import dev.tidings.schemas.topic.UnwritablePartition;
import dev.tidings.service.kafka.client.KafkaClients;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks periodically, in a dedicated thread, whether the topics are still as they were at the
 * start of the service, and may still be used: an operator may add partitions, which moves keys,
 * shorten retention, delete topics, or revoke permissions. Thread-safe.
 */
public final class TopicWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TopicWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(4);
  private static final Duration ATTEMPT = Duration.ofSeconds(10);

  private final Admin admin;
  private final TopicReader reader;
  private final TopicsFound atStart;
  private final TopicAccess access;
  private final Consumer<String> recreated;
  private final Duration every;

  /** The id of each topic when it was last seen. For the thread alone. */
  private final Map<String, String> ids = new HashMap<>();

  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().name("topic-watch").daemon().unstarted(this::run);
  private volatile String wrong = "";
  private volatile List<UnwritablePartition> unwritable = List.of();

  private TopicWatch(
      Admin admin,
      TopicsFound atStart,
      TopicAccess access,
      Consumer<String> recreated,
      Duration every) {
    this.admin = admin;
    this.every = every;
    this.access = access;
    this.recreated = recreated;
    atStart.found().forEach((name, topic) -> ids.put(name, topic.id()));
    this.reader = new TopicReader(admin);
    this.atStart = atStart;
  }

  /**
   * Starts the checks.
   *
   * @param atStart the topics as they must remain
   * @param access the permissions that must remain
   * @param recreated receives the name of each topic that was deleted and created again, in the
   *     thread that looks
   */
  public static TopicWatch start(
      KafkaClients clients, TopicsFound atStart, TopicAccess access, Consumer<String> recreated) {
    return start(clients, atStart, access, recreated, EVERY);
  }

  /** The same, with so much time between two looks. */
  static TopicWatch start(
      KafkaClients clients,
      TopicsFound atStart,
      TopicAccess access,
      Consumer<String> recreated,
      Duration every) {
    Admin admin = clients.admin("topics").answeredWithin(ATTEMPT).openAdmin();
    TopicWatch watch = new TopicWatch(admin, atStart, access, recreated, every);
    watch.thread.start();
    return watch;
  }

  /**
   * Returns the changes by which notifications can be lost, if any: each topic by name, and the
   * expected value.
   */
  public Optional<String> wrong() {
    return wrong.isEmpty() ? Optional.empty() : Optional.of(wrong);
  }

  /** Returns the partitions that take no records now, as of the last look. */
  public List<UnwritablePartition> unwritable() {
    return unwritable;
  }

  /** Returns the number of partitions without a leader: they can be neither read nor written. */
  public long leaderless() {
    return unwritable.stream().filter(partition -> !partition.led()).count();
  }

  private void run() {
    try {
      while (!closing.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      log.debug("asked to stop");
    }
  }

  private void look() throws InterruptedException {
    List<String> names = atStart.wanted().stream().map(LogTopic::name).toList();
    String found;
    try {
      // Checked first: without Describe permission, nothing else of a topic can be checked.
      Optional<String> refused = access.refused(admin);
      found = refused.isPresent() ? refused.get() : different(names);
    } catch (ExecutionException e) {
      // Whether the log is available is checked and reported elsewhere.
      log.debug("topics not looked at", e);
      return;
    } catch (RuntimeException e) {
      log.warn("topics not looked at, trying again in {} s", every.toSeconds(), e);
      return;
    }
    if (!found.equals(wrong)) {
      if (found.isEmpty()) {
        log.info("the topics are as they were at the start; ready again");
      } else {
        log.error("{}: not ready until that is corrected", found);
      }
    }
    wrong = found;
  }

  private String different(List<String> names) throws InterruptedException, ExecutionException {
    TopicsFound now = new TopicsFound(atStart.wanted(), reader.read(names));
    now.found().forEach(this::compare);
    look(
        now.found().values().stream()
            .flatMap(topic -> topic.unwritable().stream())
            .sorted(Comparator.comparing(UnwritablePartition::toString))
            .toList());
    return words(now);
  }

  private void compare(String name, FoundTopic topic) {
    String before = ids.put(name, topic.id());
    if (before != null && !before.equals(topic.id())) {
      log.warn("{} was deleted and created again", name);
      recreated.accept(name);
    }
  }

  private void look(List<UnwritablePartition> found) {
    if (!found.equals(unwritable)) {
      if (found.isEmpty()) {
        log.info("all partitions take records again");
      } else {
        log.warn("no records can be written to some partitions, they wait: {}", found);
      }
    }
    unwritable = found;
  }

  private String words(TopicsFound now) {
    List<String> missing = now.missing();
    String gone =
        missing.isEmpty() ? "" : "no topics " + missing + " (expected: those of the start)";
    String different =
        now.differences(Optional.of(atStart.partitions())).stream()
            .filter(TopicDifference::vital)
            .map(TopicDifference::toString)
            .collect(Collectors.joining("; "));
    return gone.isEmpty() || different.isEmpty() ? gone + different : gone + "; " + different;
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    admin.close(Duration.ZERO);
  }
}
