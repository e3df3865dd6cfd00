package dev.tidings.node.erase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.table.TableHarness;
import dev.tidings.schemas.avro.ErasedToken;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.ErasureState;
import dev.tidings.schemas.avro.ErasureStep;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.DeviceId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * In which order an erasure is carried out, in a table with a real store.
 *
 * <p>Shows G120 of docs/guarantees.md.
 */
final class ErasuresTopologyTest {
  private static final DeviceId PHONE = new DeviceId("phone");
  private static final DeviceKey KEY = new DeviceKey(PHONE, "erasure-1");
  private static final Erasure REQUEST =
      new Erasure(1_000L, "A", List.of("a.b", "c.d"), ErasureState.REQUESTED, List.of(), List.of());

  @TempDir Path directory;
  private final FakeRegistry registry = new FakeRegistry();
  private final AtomicLong now = new AtomicLong(2_000);
  private int nodes;

  @AfterEach
  void stop() {
    registry.close();
  }

  /** A device whose steps are noted. */
  private static final class Device implements ErasureSteps {
    final List<String> done = new CopyOnWriteArrayList<>();
    final Queue<Ended> endings = new ArrayDeque<>();
    volatile List<ErasedToken> tokens =
        List.of(new ErasedToken("a.b", 3), new ErasedToken("c.d", 0));
    volatile String stuck = "";

    @Override
    public CompletionStage<List<ErasedToken>> tokens(
        DeviceId device, Erasure erasure, String behind, int most) {
      return CompletableFuture.completedFuture(
          tokens.stream()
              .filter(token -> token.getApp().compareTo(behind) > 0)
              .limit(most)
              .toList());
    }

    @Override
    public CompletionStage<ErasedToken> revoke(DeviceId device, ErasedToken token) {
      if (token.getApp().equals(stuck)) {
        return new CompletableFuture<>();
      }
      done.add(token.getApp() + " " + token.getNumber());
      return CompletableFuture.completedFuture(token);
    }

    @Override
    public CompletionStage<Integer> forgetSession(DeviceId device, Set<String> apps) {
      done.add("session" + (apps == null ? "" : " of " + apps.size() + " apps"));
      return CompletableFuture.completedFuture(1);
    }

    @Override
    public CompletionStage<Ended> endNotifications(DeviceId device) {
      done.add("notifications");
      return CompletableFuture.completedFuture(
          endings.isEmpty() ? new Ended(0, false) : endings.poll());
    }
  }

  /** A node that owns the device. */
  private final class Node implements AutoCloseable {
    final TableHarness<Erasure> harness =
        new TableHarness<>(
            directory.resolve("node-" + nodes++), LogTopics.ERASURES, Erasures.RULE, registry);
    final Queue<Runnable> later = new ConcurrentLinkedQueue<>();
    final Erasures erasures;

    Node(Device device) {
      erasures =
          new Erasures(
              harness.table(),
              device,
              () -> Instant.ofEpochMilli(now.get()),
              "node-under-test",
              later::add);
      erasures.start();
    }

    Node open() {
      harness.comeBack();
      return this;
    }

    void arrives(Erasure erasure) {
      harness.arrives(KEY.bytes(), harness.serialized(erasure));
    }

    Erasure stored() {
      return harness.table().get(KEY).join().orElse(null);
    }

    @Override
    public void close() {
      harness.close();
    }
  }

  private static Erasure erasure(
      ErasureState state, List<ErasedToken> tokens, List<ErasureStep> steps) {
    return new Erasure(1_000L, "A", List.of("a.b", "c.d"), state, tokens, steps);
  }

  private static Erasure running(ErasedToken token) {
    return erasure(ErasureState.RUNNING, List.of(token), List.of());
  }

  private static void until(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(condition);
  }

  @Test
  void it_ends_with_a_receipt_that_says_what_was_done_and_how_often() {
    Device device = new Device();
    device.endings.add(new ErasureSteps.Ended(5, false));
    try (Node node = new Node(device).open()) {
      node.arrives(REQUEST);
      until(() -> node.erasures.done() == 1);

      assertThat(device.done)
          .containsExactly("a.b 3", "c.d 0", "session of 2 apps", "notifications");
      Erasure receipt = node.stored();
      assertThat(receipt.getState()).isEqualTo(ErasureState.DONE);
      assertThat(receipt.getTeam()).isEqualTo("A");
      assertThat(receipt.getTokens()).isEmpty();
      assertThat(receipt.getSteps())
          .containsExactly(
              new ErasureStep("registrations", 2_000L, "node-under-test", 2L),
              new ErasureStep("sessions", 2_000L, "node-under-test", 1L),
              new ErasureStep("notifications", 2_000L, "node-under-test", 5L));
      assertThat(node.erasures.open()).isZero();
    }
  }

  @Test
  void of_the_whole_device_any_session_is_forgotten() {
    Device device = new Device();
    try (Node node = new Node(device).open()) {
      node.arrives(new Erasure(1_000L, null, null, ErasureState.REQUESTED, List.of(), List.of()));
      until(() -> node.erasures.done() == 1);
      assertThat(device.done).contains("session");
    }
  }

  /** After a crash the next owner ends the same tokens, not one that the device has got since. */
  @Test
  void who_goes_on_after_a_crash_ends_what_was_written_down() {
    Device device = new Device();
    device.stuck = "c.d";
    List<Erasure> log;
    try (Node first = new Node(device).open()) {
      first.arrives(REQUEST);
      until(() -> device.done.contains("a.b 3"));
      log =
          first.harness.written().stream()
              .filter(record -> record.value() != null)
              .map(record -> first.harness.read(record.value()))
              .toList();
    }
    assertThat(log).extracting(Erasure::getState).containsExactly(ErasureState.RUNNING);
    device.stuck = "";
    device.done.clear();
    device.tokens = List.of(new ErasedToken("a.b", 4), new ErasedToken("e.f", 0));
    try (Node second = new Node(device)) {
      second.harness.restore(KEY.bytes(), second.harness.serialized(log.getLast()));
      second.open();
      until(() -> second.erasures.done() == 1);

      assertThat(device.done)
          .containsExactly("a.b 3", "c.d 0", "session of 2 apps", "notifications");
      assertThat(second.stored().getState()).isEqualTo(ErasureState.DONE);
    }
  }

  @Test
  void it_is_not_done_while_a_notification_is_left_and_a_new_session_stays() {
    Device device = new Device();
    device.endings.add(new ErasureSteps.Ended(2, true));
    device.endings.add(new ErasureSteps.Ended(1, false));
    try (Node node = new Node(device).open()) {
      node.arrives(REQUEST);
      until(() -> node.later.size() == 1);
      assertThat(node.stored().getState()).isEqualTo(ErasureState.RUNNING);
      assertThat(node.erasures.open()).isEqualTo(1);

      node.later.remove().run();
      until(() -> node.erasures.done() == 1);
      assertThat(device.done)
          .containsExactly("a.b 3", "c.d 0", "session of 2 apps", "notifications", "notifications");
      assertThat(node.stored().getSteps().getLast().getCount()).isEqualTo(3);
    }
  }

  @Test
  void more_tokens_than_fit_into_a_record_all_end() {
    Device device = new Device();
    device.tokens =
        IntStream.range(0, 2 * Work.MOST_TOKENS + 1)
            .mapToObj(i -> new ErasedToken("app.n%06d".formatted(i), 0))
            .toList();
    try (Node node = new Node(device).open()) {
      node.arrives(REQUEST);
      until(() -> node.erasures.done() == 1);

      assertThat(device.done).hasSize(2 * Work.MOST_TOKENS + 1 + 2);
      assertThat(node.stored().getSteps().getFirst().getCount())
          .isEqualTo(2 * Work.MOST_TOKENS + 1);
    }
  }

  @Test
  void what_is_done_is_not_done_again_and_goes_when_it_is_old() {
    Device device = new Device();
    Erasure done =
        erasure(
            ErasureState.DONE,
            List.of(),
            List.of(new ErasureStep("sessions", 2_000L, "node-1", 0L)));
    try (Node node = new Node(device).open()) {
      node.arrives(done);
      node.arrives(REQUEST);
      node.erasures.sweep();
      assertThat(node.stored()).isEqualTo(done);

      now.addAndGet(Erasures.KEPT.toMillis());
      node.erasures.sweep();
      assertThat(node.stored()).isEqualTo(done);
      now.addAndGet(1);
      node.erasures.sweep();
      until(() -> node.stored() == null);
      assertThat(device.done).isEmpty();
    }
  }

  @Test
  void an_owner_that_was_replaced_takes_nothing_back() {
    Erasure running = running(new ErasedToken("a.b", 3));
    Erasure other = running(new ErasedToken("a.b", 4));
    Erasure next = running(new ErasedToken("b.c", 1));
    Erasure done = erasure(ErasureState.DONE, List.of(), List.of());

    assertThat(Erasures.RULE.accepts(REQUEST, running)).isTrue();
    assertThat(Erasures.RULE.accepts(running, done)).isTrue();
    assertThat(Erasures.RULE.accepts(running, REQUEST)).isFalse();
    assertThat(Erasures.RULE.accepts(done, running)).isFalse();
    assertThat(Erasures.RULE.accepts(running, other)).isFalse();
    assertThat(Erasures.RULE.accepts(running, next)).isTrue();
    assertThat(Erasures.RULE.accepts(done, null)).isTrue();
  }
}
