package dev.tidings.node.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Shows G37 of docs/guarantees.md. */
final class SerialTest {
  private final Serial<String> serial = new Serial<>(100_000, Duration.ofMinutes(5));

  @Test
  void steps_of_a_key_come_one_after_the_other_and_those_of_others_at_the_same_time() {
    List<String> begun = new ArrayList<>();
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<String> one = serial.run("a", () -> begin(begun, "a1", first));
    CompletableFuture<String> two =
        serial.run("a", () -> begin(begun, "a2", CompletableFuture.completedFuture("two")));
    serial.run("b", () -> begin(begun, "b1", CompletableFuture.completedFuture("b")));
    assertThat(begun).containsExactly("a1", "b1");
    assertThat(two).isNotDone();

    first.completeExceptionally(new IllegalStateException("for the test"));

    assertThat(one).isCompletedExceptionally();
    assertThat(two).isCompletedWithValue("two");
    assertThat(begun).containsExactly("a1", "b1", "a2");
    assertThat(serial.open()).isZero();
  }

  /** A log that was away for long, and a partition that has gone elsewhere meanwhile. */
  @Test
  void however_many_wait_and_fail_at_once_each_is_told_and_the_next_has_its_turn() {
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<String> one = serial.run("key", () -> first);
    List<CompletableFuture<String>> others =
        IntStream.range(0, 50_000)
            .mapToObj(i ->
                serial.run(
                    "key",
                    () ->
                        CompletableFuture.<String>failedFuture(
                            new IllegalStateException("for the test"))))
            .toList();

    first.complete("one");

    assertThat(one).isCompletedWithValue("one");
    assertThat(others.stream().filter(CompletableFuture::isCompletedExceptionally)).hasSize(50_000);
    assertThat(serial.open()).isZero();
    assertThat(serial.run("key", () -> CompletableFuture.completedFuture("next")))
        .isCompletedWithValue("next");
  }

  @Test
  void more_than_may_wait_are_refused() {
    Serial<String> small = new Serial<>(1, Duration.ofMinutes(5));
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<String> one = small.run("key", () -> first);
    assertThat(small.run("other", () -> CompletableFuture.completedFuture("two")))
        .isCompletedExceptionally();
    first.complete("one");
    assertThat(one).isCompletedWithValue("one");
    assertThat(small.run("other", () -> CompletableFuture.completedFuture("two")))
        .isCompletedWithValue("two");
  }

  @Test
  void a_step_that_does_not_end_is_answered_and_frees_its_place_but_not_its_turn() {
    Serial<String> hasty = new Serial<>(2, Duration.ofMillis(50));
    List<String> begun = new ArrayList<>();
    CompletableFuture<String> never = new CompletableFuture<>();
    CompletableFuture<String> stuck = hasty.run("key", () -> begin(begun, "stuck", never));
    CompletableFuture<String> behind =
        hasty.run("key", () -> begin(begun, "behind", CompletableFuture.completedFuture("two")));

    await().until(() -> stuck.isDone() && behind.isDone());
    assertThatThrownBy(stuck::join).hasRootCauseInstanceOf(RefusedException.class);
    assertThatThrownBy(behind::join).hasRootCauseInstanceOf(RefusedException.class);
    assertThat(hasty.open()).isZero();
    assertThat(hasty.run("other", () -> CompletableFuture.completedFuture("o")))
        .isCompletedWithValue("o");
    CompletableFuture<String> next = CompletableFuture.completedFuture("next");
    assertThat(hasty.run("key", () -> next)).isCompletedExceptionally();
    assertThat(hasty.open()).isZero();

    never.complete("at last");

    assertThat(hasty.run("key", () -> next)).isCompletedWithValue("next");
    assertThat(begun).containsExactly("stuck");
    assertThat(hasty.open()).isZero();
  }

  private static CompletableFuture<String> begin(
      List<String> begun, String name, CompletableFuture<String> end) {
    begun.add(name);
    return end;
  }
}
