package dev.tidings.service.start;

import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.TopicDifference;
import dev.tidings.service.kafka.client.KafkaClients;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for everything that the service requires, and logs what it waits for. */
public final class Prerequisites {
  private static final Logger log = LoggerFactory.getLogger(Prerequisites.class);
  private static final Duration ATTEMPT = Duration.ofSeconds(5);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private static final String REPAIR = "tidings topics create sets what can be set";

  private final Duration atMost;
  private final LongSupplier nanoTime;
  private final long deadline;
  private volatile String waitingFor = "";

  /** Starts the time limit for all following waits. */
  public Prerequisites(Duration atMost) {
    this(atMost, System::nanoTime);
  }

  Prerequisites(Duration atMost, LongSupplier nanoTime) {
    this.atMost = atMost;
    this.nanoTime = nanoTime;
    this.deadline = nanoTime.getAsLong() + atMost.toNanos();
  }

  /**
   * Returns the time limit: of all waits together, and of each step of work that makes progress.
   */
  public Duration limit() {
    return atMost;
  }

  /** Returns the rest of the time. */
  public Duration left() {
    return until(deadline);
  }

  /** Returns a description of what is being waited for, if anything. Thread-safe. */
  public Optional<String> waitingFor() {
    return waitingFor.isEmpty() ? Optional.empty() : Optional.of(waitingFor);
  }

  /** A check, repeated until it reports that nothing is missing. */
  @FunctionalInterface
  public interface Attempt {
    Optional<String> missing() throws InterruptedException;
  }

  /**
   * Waits until the broker answers and has these topics.
   *
   * @return the topics as the broker has them
   * @throws IllegalStateException if they do not have the same number of partitions, or are kept in
   *     a way that loses notifications, or the broker refuses this service: waiting would not help
   */
  public TopicsFound awaitTopics(KafkaClients clients, List<LogTopic<?>> topics)
      throws InterruptedException {
    Duration attempt =
        Duration.ofMillis(Math.min(ATTEMPT.toMillis(), Math.max(1, atMost.toMillis())));
    AtomicReference<TopicsFound> found = new AtomicReference<>(new TopicsFound(topics, Map.of()));
    try (Admin admin = clients.admin("start").answeredWithin(attempt).openAdmin()) {
      TopicReader reader = new TopicReader(admin);
      await(() -> missingTopics(reader, clients, topics, found));
    }
    check(found.get());
    return found.get();
  }

  private static void check(TopicsFound topics) {
    topics
        .unequal()
        .ifPresent(counts -> {
          throw new IllegalStateException(counts);
        });
    List<TopicDifference> differences = topics.differences(Optional.empty());
    for (TopicDifference difference : differences) {
      if (!difference.vital()) {
        log.warn("{}: weaker than what is promised; {}", difference, REPAIR);
      }
    }
    List<TopicDifference> vital = differences.stream().filter(TopicDifference::vital).toList();
    if (!vital.isEmpty()) {
      throw new IllegalStateException(
          vital.stream().map(TopicDifference::toString).collect(Collectors.joining("; "))
              + ": notifications would be lost; "
              + REPAIR);
    }
  }

  /** Waits until the registry has the schemas of these topics, already or by registration. */
  public void awaitSchemas(RegistryClient registry, List<LogTopic<?>> topics)
      throws InterruptedException {
    await(() -> {
      try {
        registry.compare();
        if (registry.wrong().isPresent()) {
          return registry.wrong();
        }
        topics.forEach(topic ->
            topic.schema().ifPresent(schema -> registry.idAtOnce(topic.subject(), schema)));
        return Optional.empty();
      } catch (RegistryException.Unavailable e) {
        return Optional.of(String.valueOf(e.getMessage()));
      } catch (RegistryException.Refused e) {
        if (e.isUnknown()) {
          return Optional.of(e.getMessage() + " (expected: to be provisioned)");
        }
        // Most errors of a registry that is starting or being provisioned are temporary; rejected
        // credentials and an incompatible schema are not.
        if (e.status() == 401 || e.status() == 403 || e.isAboutSchema()) {
          throw e;
        }
        return Optional.of(String.valueOf(e.getMessage()));
      }
    });
  }

  private static Optional<String> missingTopics(
      TopicReader reader,
      KafkaClients clients,
      List<LogTopic<?>> topics,
      AtomicReference<TopicsFound> found)
      throws InterruptedException {
    String broker = "broker " + clients.brokers();
    try {
      found.set(new TopicsFound(topics, reader.read(topics.stream().map(LogTopic::name).toList())));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthenticationException
          || e.getCause() instanceof AuthorizationException) {
        throw new IllegalStateException(broker + " refuses this service", e.getCause());
      }
      String advertised =
          AdvertisedAddresses.complaint(clients).map(complaint -> "; " + complaint).orElse("");
      return Optional.of(broker + " does not answer: " + e.getMessage() + advertised);
    }
    List<String> missing = found.get().missing();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(broker + ": no topics " + missing + " (expected: to be provisioned)");
  }

  /**
   * Waits until nothing is missing.
   *
   * @throws IllegalStateException naming the missing things when the time is over
   */
  public void await(Attempt attempt) throws InterruptedException {
    await(attempt, () -> 0, deadline);
  }

  /**
   * As {@link #await(Attempt)}, for work of unknown duration: the time limit applies to each step.
   * The first step begins here: what was waited for until now has been found, however long it took.
   *
   * @param progress a value that changes with each step
   */
  public void await(Attempt attempt, LongSupplier progress) throws InterruptedException {
    await(attempt, progress, nanoTime.getAsLong() + atMost.toNanos());
  }

  private void await(Attempt attempt, LongSupplier progress, long first)
      throws InterruptedException {
    long begin = nanoTime.getAsLong();
    long nextLine = begin;
    long end = first;
    long before = progress.getAsLong();
    while (true) {
      long now = progress.getAsLong();
      if (now != before) {
        before = now;
        end = nanoTime.getAsLong() + atMost.toNanos();
      }
      Optional<String> missing = attempt.missing();
      String last = waitingFor;
      waitingFor = missing.orElse("");
      if (missing.isEmpty()) {
        return;
      }
      if (until(end).isZero()) {
        throw new IllegalStateException(
            missing.get() + ", given up after " + atMost.toSeconds() + " s");
      }
      boolean isNews = !words(missing.get()).equals(words(last));
      if (isNews || nanoTime.getAsLong() - nextLine >= 0) {
        nextLine = nanoTime.getAsLong() + BETWEEN_LINES.toNanos();
        log.info("waiting, at most {} s more: {}", until(end).toSeconds(), missing.get());
      }
      Thread.sleep(pause(nanoTime.getAsLong() - begin));
    }
  }

  /** Returns the text without figures, which change all the time: only other changes are logged. */
  private static String words(String text) {
    return text.replaceAll("[0-9]+", "0");
  }

  private Duration until(long end) {
    return Duration.ofNanos(Math.max(0, end - nanoTime.getAsLong()));
  }

  /** Returns the poll interval, which grows with the time already waited. */
  private static Duration pause(long waitedNanos) {
    return Duration.ofNanos(
        Math.clamp(waitedNanos / 16, FIRST_PAUSE.toNanos(), LONGEST_PAUSE.toNanos()));
  }
}
