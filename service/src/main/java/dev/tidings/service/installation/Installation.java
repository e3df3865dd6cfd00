package dev.tidings.service.installation;

import dev.tidings.schemas.registry.known.SchemaStore;
import dev.tidings.schemas.token.TokenCheck.OtherKeys;
import dev.tidings.service.kafka.LeaderlessPartitions;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.start.Prerequisites;
import dev.tidings.service.start.TopicsFound;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The installation that this process belongs to, as recorded in {@code control}: a process with
 * other token keys would reject valid tokens, and a process of another installation would take its
 * notifications. A dedicated thread follows the records of other processes. Thread-safe.
 */
public final class Installation implements OtherKeys, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Installation.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** The age at which the last result may be out of date. */
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final ControlLog control;
  private final ControlState state = new ControlState();
  private final InstallationSchemas schemas = new InstallationSchemas();
  private final OwnKeys own;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().name("installation").daemon().unstarted(this::follow);
  private volatile View view = new View("", Set.of(), Set.of(), System.nanoTime());

  // Used by the thread that joins, and then by the thread that follows the topic only.
  private Founding founding;
  private boolean any;
  private String id = "";
  private boolean joined;
  private boolean news;

  /**
   * The result of the last read of {@code control}.
   *
   * @param stranger the message that the topics belong to another installation, if they do
   * @param conflicts the ids of keys that are different in other processes
   * @param missing the ids of keys that only other processes have
   * @param began when the read began, in {@link System#nanoTime}
   */
  private record View(String stranger, Set<Integer> conflicts, Set<Integer> missing, long began) {}

  /**
   * How often the brokers have answered at the start that the topic has no leader: another process
   * in place of this one would hear the same, so this one goes on waiting. Confined to the thread.
   */
  private long leaderless;

  private Installation(ControlLog control, Member member, int partitions, InstantSource clock) {
    this.control = control;
    this.own = member.ownKeys();
    this.clock = clock;
    this.any = member.installation().isEmpty();
    this.founding =
        new Founding(
            member.installation().orElseGet(() -> UUID.randomUUID().toString()), partitions);
  }

  /**
   * Waits until this process has the keys that the others have, and publishes its own keys.
   *
   * @param control the name of the topic {@code control}
   * @param topics the topics as the brokers have them, including {@code control}
   * @throws IllegalStateException if this is another installation, or its topics are no longer as
   *     they were at its beginning: waiting would not help
   */
  public static Installation join(
      KafkaClients clients,
      String control,
      Member member,
      TopicsFound topics,
      Prerequisites start,
      InstantSource clock)
      throws InterruptedException {
    ControlLog log = new ControlLog(clients, control, clock);
    Installation installation = new Installation(log, member, topics.partitions(), clock);
    try {
      start.await(installation::missing, () -> installation.leaderless);
      if (installation.news) {
        // The other processes may not have read this process's key yet; until they have, they would
        // reject a token that is created now.
        Thread.sleep(FRESH);
      }
    } catch (InterruptedException | RuntimeException e) {
      log.close();
      throw e;
    }
    installation.id = installation.founding.id();
    installation.thread.start();
    return installation;
  }

  private Optional<String> missing() throws InterruptedException {
    try {
      read();
      state.founding().ifPresent(this::check);
      Optional<String> wrong = conflict(conflicts()).or(this::needed);
      if (wrong.isEmpty()) {
        news |= state.keys().size() > 0 && own.isNews(state.keys());
        speak();
        state.founding().ifPresent(this::check);
        wrong = conflict(conflicts());
      }
      joined = wrong.isEmpty();
      return wrong;
    } catch (AuthenticationException | AuthorizationException e) {
      throw new IllegalStateException(
          control.topic() + ": not to be read and written by this service", e);
    } catch (LeaderlessPartitions.Failure e) {
      leaderless++;
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (KafkaException e) {
      return Optional.of(control.topic() + ": " + e.getMessage());
    }
  }

  private void read() {
    control.read(state);
    schemas.recorded(state.schemas());
  }

  private void check(Founding found) {
    if (!any && !found.id().equals(founding.id())) {
      throw new IllegalStateException(
          "installation.id: %s (expected: %s, the installation that has these topics)"
              .formatted(founding.id(), found.id()));
    }
    if (found.partitions() != founding.partitions()) {
      throw new IllegalStateException(
          ("partitions: every topic has %d (expected: %d, as when installation %s began; with"
                  + " others what is in the log is not found by its key)")
              .formatted(founding.partitions(), found.partitions(), found.id()));
    }
    founding = found;
    any = false;
  }

  private Optional<String> needed() {
    Set<Integer> needed = own.needed(state.keys(), clock.instant());
    return needed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "token.keys: none with the ids %s (expected: those that tokens are made under)"
                .formatted(needed));
  }

  private Set<Integer> conflicts() {
    return own.conflicts(state.keys(), clock.instant());
  }

  private static Optional<String> conflict(Set<Integer> ids) {
    return ids.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "token.keys: those with the ids %s are not the others' (expected: the same in every process of the installation)"
                .formatted(ids));
  }

  /** Writes the records that this process has to add to the topic, and reads them back. */
  private void speak() throws InterruptedException {
    long began = System.nanoTime();
    Map<String, byte @Nullable []> words = state.toWrite(clock.instant());
    words.putAll(schemas.unsaid());
    if (state.founding().isEmpty()) {
      words.put(Founding.KEY, founding.bytes());
    }
    own.unsaid(state.keys(), clock.instant())
        .forEach((id, key) -> words.put(ControlState.name(id), key.bytes()));
    if (!words.isEmpty()) {
      control.write(words);
      read();
    }
    Set<Integer> missing = own.missing(state.keys(), clock.instant());
    tell(new View("", conflicts(), missing, began));
  }

  private void follow() {
    try {
      while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException | InterruptException | WakeupException e) {
      LOG.debug("asked to stop");
    } finally {
      control.leave(state);
    }
  }

  private void look() throws InterruptedException {
    try {
      read();
      Optional<Founding> found = state.founding();
      if (found.isPresent() && !found.get().id().equals(founding.id())) {
        tell(
            new View(
                "%s: of installation %s (expected: %s, that of the start)"
                    .formatted(control.topic(), found.get().id(), founding.id()),
                view.conflicts(),
                view.missing(),
                view.began()));
      } else {
        speak();
      }
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      // Whether the log is available is checked and reported elsewhere.
      LOG.debug("{} not read", control.topic(), e);
    }
  }

  private void tell(View now) {
    View before = view;
    view = now;
    if (!now.missing().equals(before.missing())) {
      if (now.missing().isEmpty()) {
        LOG.info("token.keys: all that the installation has are here");
      } else {
        LOG.warn(
            "token.keys: none with the ids {} (expected: those that other processes have); until"
                + " they are added, tokens under them are neither taken nor called bad",
            now.missing());
      }
    }
    if (joined && !wrong(now).equals(wrong(before))) {
      wrong(now)
          .ifPresentOrElse(
              what -> LOG.error("{}: not ready until that is corrected", what),
              () -> LOG.info("the installation is as it was before; ready again"));
    }
  }

  private static Optional<String> wrong(View view) {
    return view.stranger().isEmpty() ? conflict(view.conflicts()) : Optional.of(view.stranger());
  }

  /**
   * Returns the schemas that are recorded, which count, and those that this process keeps itself.
   */
  public SchemaStore schemas(SchemaStore kept) {
    return schemas.over(kept);
  }

  /** Records the schemas that this process writes with, by their ids. Returns at once. */
  public void writesWith(Map<Integer, Schema> written) {
    schemas.write(written);
  }

  /** Returns the id that all its processes agree on. */
  public String id() {
    return id;
  }

  /** Returns where the delivery nodes are. */
  public NodeNotes nodes() {
    return state.nodes();
  }

  /** Returns the reason why this process cannot serve, if there is one. */
  public Optional<String> wrong() {
    return wrong(view);
  }

  /** Returns the number of keys that other processes have and this one has not. */
  public int missingKeys() {
    return view.missing().size();
  }

  @Override
  public boolean mayHave(int keyId) {
    View now = view;
    if (own.keys().containsKey(keyId)) {
      return now.conflicts().contains(keyId);
    }
    return now.missing().contains(keyId) || System.nanoTime() - now.began() > FRESH.toNanos();
  }

  @Override
  public void close() throws InterruptedException {
    closing.countDown();
    control.wakeup();
    thread.join(EVERY);
  }
}
