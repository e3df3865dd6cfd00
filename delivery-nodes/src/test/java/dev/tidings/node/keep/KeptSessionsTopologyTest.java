package dev.tidings.node.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.node.session.SessionKeeper.Kept;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.node.table.TableHarness;
import dev.tidings.node.table.TableRule;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sessions that outlive their connection, in a table with a real store.
 *
 * <p>Shows G20, G38, G51 and G120 of docs/guarantees.md.
 */
final class KeptSessionsTopologyTest {
  private static final DeviceId PHONE = new DeviceId("phone");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Subscriptions ALL = Subscriptions.of(List.of("tidings/#"));

  @TempDir Path directory;
  private final AtomicLong now = new AtomicLong(1_000_000);
  private final List<CompletableFuture<Void>> waits = new CopyOnWriteArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final WritePace pace = new WritePace(() -> 0, this::later, meters);
  private TableHarness<Subscription> harness;
  private KeptSessions sessions;

  @BeforeEach
  void start() {
    harness = new TableHarness<>(directory, LogTopics.SUBSCRIPTIONS, TableRule.last());
    sessions = restarted();
    harness.comeBack();
  }

  @AfterEach
  void stop() {
    harness.close();
  }

  private CompletableFuture<Void> later(long nanos) {
    waits.add(new CompletableFuture<>());
    return waits.getLast();
  }

  /** Another process: it knows what is in the table. */
  private KeptSessions restarted() {
    return new KeptSessions(
        harness.table(), Duration.ofDays(1), () -> Instant.ofEpochMilli(now.get()), pace);
  }

  @Test
  void what_was_subscribed_is_there_when_the_device_comes_back() throws Exception {
    Kept first = begins(false, HOUR);
    assertThat(first.isPresent()).isFalse();
    first.save(ALL).get(60, TimeUnit.SECONDS);
    first.end(HOUR);
    now.addAndGet(HOUR.toMillis() - 1);

    Kept second = begins(false, HOUR);
    assertThat(second.isPresent()).isTrue();
    assertThat(second.subscriptions()).isEqualTo(ALL);
  }

  @Test
  void also_after_a_crash_that_nobody_was_told_of() throws Exception {
    begins(false, HOUR).save(ALL).get(60, TimeUnit.SECONDS);
    harness.comeBack();
    now.addAndGet(Duration.ofDays(20).toMillis());
    sessions = restarted();
    assertThat(begins(false, HOUR).subscriptions()).isEqualTo(ALL);
  }

  @Test
  void a_session_without_subscriptions_is_one() throws Exception {
    begins(false, HOUR).end(HOUR);
    assertThat(begins(false, HOUR).isPresent()).isTrue();
  }

  @Test
  void what_is_over_is_not_there_any_more() throws Exception {
    Kept first = begins(false, HOUR);
    first.save(ALL).get(60, TimeUnit.SECONDS);
    first.end(HOUR);
    now.addAndGet(HOUR.toMillis());
    Kept second = begins(false, HOUR);
    assertThat(second.isPresent()).isFalse();
    assertThat(second.subscriptions()).isEqualTo(Subscriptions.NONE);
  }

  @Test
  void a_clean_start_forgets_and_a_session_that_is_not_kept_leaves_nothing() throws Exception {
    Kept first = begins(false, HOUR);
    first.save(ALL).get(60, TimeUnit.SECONDS);
    first.end(HOUR);
    begins(true, Duration.ZERO).end(Duration.ZERO);
    untilRecord(Optional.empty());
    assertThat(begins(false, HOUR).isPresent()).isFalse();
  }

  /** It ends with its connection, however that ends, and there is nothing to take over. */
  @Test
  void a_session_that_was_resumed_to_be_kept_no_longer_is_not_taken_over() throws Exception {
    Kept first = begins(false, HOUR);
    first.save(ALL).get(60, TimeUnit.SECONDS);
    first.end(HOUR);
    assertThat(begins(false, Duration.ZERO).isPresent()).isTrue();

    Kept third = begins(false, HOUR);

    assertThat(third.isPresent()).isFalse();
    assertThat(third.subscriptions()).isEqualTo(Subscriptions.NONE);
  }

  @Test
  void a_clean_start_that_is_kept_begins_anew() throws Exception {
    begins(false, HOUR).save(ALL).get(60, TimeUnit.SECONDS);
    begins(true, HOUR);
    assertThat(begins(false, HOUR))
        .satisfies(kept -> {
          assertThat(kept.isPresent()).isTrue();
          assertThat(kept.subscriptions()).isEqualTo(Subscriptions.NONE);
        });
  }

  @Test
  void a_displaced_connection_has_no_say_any_more() throws Exception {
    Kept displaced = begins(false, HOUR);
    displaced.save(ALL).get(60, TimeUnit.SECONDS);
    Kept current = begins(false, HOUR);
    assertThat(current.subscriptions()).isEqualTo(ALL);
    displaced.save(Subscriptions.NONE).get(60, TimeUnit.SECONDS);
    displaced.end(Duration.ZERO);
    sessions = restarted();
    assertThat(begins(false, HOUR).subscriptions()).isEqualTo(ALL);
  }

  @Test
  void what_is_erased_is_gone_and_the_connection_of_before_writes_nothing_any_more()
      throws Exception {
    Kept before = begins(false, HOUR);
    before.save(ALL).get(60, TimeUnit.SECONDS);
    assertThat(sessions.stored(PHONE).get(60, TimeUnit.SECONDS)).contains(ALL);

    assertThat(sessions.erase(PHONE).get(60, TimeUnit.SECONDS)).isTrue();
    before.end(HOUR);
    untilRecord(Optional.empty());
    assertThat(sessions.erase(PHONE).get(60, TimeUnit.SECONDS)).isFalse();
    assertThat(begins(false, HOUR).isPresent()).isFalse();
  }

  /** Of a connection that was cut off, and of the one that the device has had elsewhere since. */
  @Test
  void nor_has_one_of_before_the_partition_was_another_node_s() throws Exception {
    Kept here = begins(false, HOUR);
    here.save(ALL).get(60, TimeUnit.SECONDS);
    harness.leavesAndComesBack();
    Subscription elsewhere =
        new Subscription(List.of("tidings/com.example/#"), 3_600_000L, null, null, null);
    harness.restore(KeptSessions.key(PHONE).bytes(), harness.serialized(elsewhere));

    await()
        .atMost(Duration.ofSeconds(60))
        .until(here.save(Subscriptions.NONE)::isCompletedExceptionally);
    here.end(Duration.ZERO);

    Awaitility.await().until(() -> sessions.open() == 0);
    harness.comeBack();
    assertThat(record()).contains(elsewhere);
  }

  @Test
  void who_asks_for_nothing_to_be_kept_writes_nothing() throws Exception {
    int before = harness.written().size();
    begins(false, Duration.ZERO).end(Duration.ZERO);
    begins(true, Duration.ZERO).end(Duration.ZERO);
    Awaitility.await().until(() -> sessions.open() == 0);
    assertThat(harness.written()).hasSize(before);
  }

  @Test
  void a_repeated_subscription_is_not_written_again() throws Exception {
    Kept kept = begins(false, HOUR);
    kept.save(ALL).get(60, TimeUnit.SECONDS);
    int before = harness.written().size();
    kept.save(Subscriptions.of(List.of("tidings/#"))).get(60, TimeUnit.SECONDS);
    assertThat(harness.written()).hasSize(before);
  }

  /** A few bytes of a device's, such as a filter more, have all its filters written anew. */
  @Test
  void what_a_device_has_written_in_a_minute_is_bounded() throws Exception {
    Kept kept = begins(false, HOUR);
    int written = 0;
    CompletableFuture<Void> saved;
    do {
      saved = kept.save(large(written++));
      Awaitility.await().until(either(saved));
    } while (waits.isEmpty());
    assertThat(written * largeBytes()).isBetween(WritePace.BYTES / 2, 2 * WritePace.BYTES);

    CompletableFuture<Void> more = kept.save(large(written));
    assertThat(saved).isNotDone();
    assertThat(more).isNotDone();
    assertThat(meters.get("tidings.node.session.writes.throttled").counter().count()).isEqualTo(1);
    assertThat(record().orElseThrow().getFilters()).hasSameSizeAs(large(0).filters());

    sessions.begin(new DeviceId("another"), false, HOUR).get(60, TimeUnit.SECONDS);
    waits.getFirst().complete(null);
    saved.get(60, TimeUnit.SECONDS);
    Awaitility.await().until(() -> waits.size() == 2);
    waits.getLast().complete(null);
    more.get(60, TimeUnit.SECONDS);
  }

  /** A client that connects again and again, while nothing can be written. */
  @Test
  void connections_that_come_while_a_write_is_under_way_do_not_add_up() throws Exception {
    Kept first = begins(false, HOUR);
    int written = 0;
    CompletableFuture<Void> saved;
    do {
      saved = first.save(large(written++));
      Awaitility.await().until(either(saved));
    } while (waits.isEmpty());
    List<WeakReference<CompletableFuture<Kept>>> attempts = new ArrayList<>();
    List<CompletableFuture<Kept>> newest = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      CompletableFuture<Kept> attempt = sessions.begin(PHONE, i % 2 == 0, HOUR);
      attempts.add(new WeakReference<>(attempt));
      newest = new ArrayList<>(List.of(attempt));
    }

    List<WeakReference<CompletableFuture<Kept>>> earlier = attempts.subList(0, 199);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> {
          System.gc();
          return earlier.stream().noneMatch(attempt -> attempt.get() != null);
        });
    assertThat(newest.getFirst()).isNotDone();
    waits.getFirst().complete(null);
    assertThat(newest.getFirst().get(60, TimeUnit.SECONDS).isPresent()).isTrue();
    assertThat(sessions.open()).isEqualTo(1);
  }

  private Callable<Boolean> either(CompletableFuture<Void> saved) {
    return () -> saved.isDone() || !waits.isEmpty();
  }

  private static Subscriptions large(int number) {
    return Subscriptions.of(
        IntStream.range(0, Subscriptions.MAX)
            .mapToObj(i -> "tidings/" + "a".repeat(180) + number + "." + i + "/#")
            .toList());
  }

  private static int largeBytes() {
    return large(0).filters().stream().mapToInt(String::length).sum();
  }

  @Test
  void a_sweep_takes_away_what_is_over_and_lets_age_what_nobody_has_ended() throws Exception {
    begins(false, HOUR).save(ALL).get(60, TimeUnit.SECONDS);
    harness.comeBack();
    sessions.sweep();
    assertThat(record().orElseThrow().getEndedAt()).as("its connection is here").isNull();

    sessions = restarted();
    sessions.sweep();
    Awaitility.await().until(() -> record().orElseThrow().getEndedAt() != null);
    harness.comeBack();
    now.addAndGet(HOUR.toMillis());
    sessions.sweep();
    untilRecord(Optional.empty());
  }

  @Test
  void who_connects_while_a_sweep_reads_its_record_does_not_wait_for_that() {
    CompletableFuture<Boolean> begun = new CompletableFuture<>();

    sessions.look(
        KeptSessions.key(PHONE),
        () -> {
          Thread.ofVirtual()
              .start(() ->
                  begun.completeAsync(
                      () -> sessions.begin(PHONE, true, HOUR).isDone(), Runnable::run));
          assertThat(begun.orTimeout(60, TimeUnit.SECONDS).join()).isTrue();
          return Optional.empty();
        });
  }

  /** Such a record says that its session ended long ago, and is not the device's any more. */
  @Test
  void what_a_sweep_has_read_is_of_no_use_if_the_device_has_been_here_since() throws Exception {
    Subscription over = new Subscription(List.of("tidings/#"), 1L, 0L, null, null);

    sessions.look(
        KeptSessions.key(PHONE),
        () -> {
          Kept kept = sessions.begin(PHONE, true, HOUR).join();
          kept.save(ALL).join();
          kept.end(HOUR);
          Awaitility.await().until(() -> sessions.open() == 0);
          return Optional.of(over);
        });

    harness.comeBack();
    assertThat(record()).hasValueSatisfying(kept -> assertThat(kept.getKeptFor()).isPositive());
    assertThat(begins(false, HOUR).subscriptions()).isEqualTo(ALL);
    sessions.look(KeptSessions.key(PHONE), () -> Optional.of(over));
    assertThat(begins(false, HOUR).subscriptions()).as("its connection is here").isEqualTo(ALL);
  }

  private Kept begins(boolean clean, Duration keptFor) throws Exception {
    return sessions.begin(PHONE, clean, keptFor).get(60, TimeUnit.SECONDS);
  }

  private Optional<Subscription> record() throws Exception {
    return harness.table().get(KeptSessions.key(PHONE)).get(60, TimeUnit.SECONDS);
  }

  private void untilRecord(Optional<Subscription> expected) {
    Awaitility.await().until(() -> record().equals(expected));
  }

  @Test
  void filters_that_nobody_can_have_subscribed_to_keep_no_device_away() throws Exception {
    Subscription foreign =
        new Subscription(
            List.of("tidings/", "tidings//", "", "/", "tidings/#"), 1L, null, null, null);
    harness.restore(KeptSessions.key(PHONE).bytes(), harness.serialized(foreign));

    assertThat(begins(false, HOUR).subscriptions().covers("com.example.news")).isTrue();
  }

  @Test
  void no_time_in_a_record_keeps_a_session_for_longer_than_the_longest() throws Exception {
    for (Subscription foreign :
        List.of(
            new Subscription(List.of("tidings/#"), Long.MAX_VALUE, Long.MIN_VALUE, null, null),
            new Subscription(List.of("tidings/#"), Long.MAX_VALUE, Long.MAX_VALUE, null, null),
            new Subscription(List.of("tidings/#"), Long.MIN_VALUE, Long.MAX_VALUE, null, null),
            new Subscription(List.of("tidings/#"), Long.MAX_VALUE, now.get(), null, null))) {
      harness.restore(KeptSessions.key(PHONE).bytes(), harness.serialized(foreign));
      Awaitility.await()
          .pollInSameThread()
          .until(() -> {
            sessions.sweep();
            harness.comeBack();
            now.addAndGet(Duration.ofDays(1).toMillis());
            return record().isEmpty();
          });
    }
  }

  @Test
  void a_key_that_is_no_device_s_keeps_no_sweep_from_what_lies_behind_it() throws Exception {
    harness.restore(new byte[] {0}, new byte[] {1});
    harness.restore(new byte[] {0, 0, 1}, new byte[] {1});
    harness.restore(new byte[] {0, 1, 0, 1}, new byte[] {1});
    harness.restore(new byte[] {0, 1, (byte) 0xff, 1}, new byte[] {1});
    begins(false, HOUR).end(HOUR);
    harness.comeBack();
    now.addAndGet(HOUR.toMillis());
    sessions.sweep();
    untilRecord(Optional.empty());
  }
}
