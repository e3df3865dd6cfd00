package dev.tidings.schemas.start;

import dev.tidings.schemas.topic.FoundTopic;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.TopicDifference;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then whether the topics still are as they were when the service started, and may
 * still be used, in a thread of its own: others may add partitions to them, by which keys move,
 * have them forget, delete them, or take permissions away. Safe to be asked from any thread.
 */
public final class TopicWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TopicWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(4);
  private static final Duration ATTEMPT = Duration.ofSeconds(10);

  private final Admin admin;
  private final TopicReader reader;
  private final TopicsFound atStart;
  private final TopicAccess access;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().name("topic-watch").daemon().unstarted(this::run);
  private volatile String wrong = "";
  private volatile int leaderless;

  private TopicWatch(Admin admin, TopicsFound atStart, TopicAccess access) {
    this.admin = admin;
    this.access = access;
    this.reader = new TopicReader(admin);
    this.atStart = atStart;
  }

  /**
   * Starts looking.
   *
   * @param kafka how to reach the brokers
   * @param clientId what the brokers call the client
   * @param atStart the topics as they have to stay
   * @param access what has to stay allowed
   */
  public static TopicWatch start(
      Map<String, String> kafka, String clientId, TopicsFound atStart, TopicAccess access) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(AdminClientConfig.CLIENT_ID_CONFIG, clientId);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ATTEMPT.toMillis());
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ATTEMPT.toMillis());
    TopicWatch watch = new TopicWatch(Admin.create(settings), atStart, access);
    watch.thread.start();
    return watch;
  }

  /** By what notifications are lost, if by anything: each topic by name, and what was expected. */
  public Optional<String> wrong() {
    return wrong.isEmpty() ? Optional.empty() : Optional.of(wrong);
  }

  /** How many partitions no broker leads: what is in them can be neither read nor written. */
  public int leaderless() {
    return leaderless;
  }

  private void run() {
    try {
      while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
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
      // First: of a topic that it may not even look at, nothing else can be told.
      Optional<String> refused = access.refused(admin);
      found = refused.isPresent() ? refused.get() : different(names);
    } catch (ExecutionException e) {
      // Whether the log is there at all is somebody else's to tell.
      log.debug("topics not looked at", e);
      return;
    } catch (RuntimeException e) {
      log.warn("topics not looked at, trying again in {} s", EVERY.toSeconds(), e);
      return;
    }
    if (!found.equals(wrong)) {
      if (found.isEmpty()) {
        log.info("the topics are as they were again");
      } else {
        log.error("{}: not ready until that is mended", found);
      }
    }
    wrong = found;
  }

  private String different(List<String> names) throws InterruptedException, ExecutionException {
    TopicsFound now = new TopicsFound(atStart.wanted(), reader.read(names));
    leaderless = now.found().values().stream().mapToInt(FoundTopic::leaderless).sum();
    return words(now);
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
