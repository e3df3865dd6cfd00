package dev.tidings.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.service.health.Health;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * A member is heard every half second; the watch looks as often.
 *
 * <p>Shows G76 of docs/guarantees.md.
 */
class GroupWatchTest {
  private static final Duration SESSION = Duration.ofSeconds(6);
  private static final Duration ISOLATION = Duration.ofSeconds(30);
  private static final String ME = "node-1-inbox-StreamThread-1-consumer";

  private final List<String> told = new ArrayList<>();
  private final Map<String, GroupAnswers> answers = new HashMap<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private long nanos = Long.MAX_VALUE - 1_000_000_000L;
  private CompletableFuture<Set<String>> roll = new CompletableFuture<>();
  private final GroupWatch watch =
      new GroupWatch(
          () -> Map.copyOf(answers),
          () -> roll,
          new GroupWatch.Rules(SESSION, ISOLATION),
          new Told(),
          () -> told.add("rejoin"),
          new GroupMeters(metrics),
          () -> nanos,
          () -> Instant.parse("2026-06-01T12:00:00Z"));

  private final class Told implements GroupListener {
    @Override
    public void doubt() {
      told.add("doubt");
    }

    @Override
    public void sure() {
      told.add("sure");
    }

    @Override
    public void cutOff() {
      told.add("cut off");
    }
  }

  @Test
  void a_member_that_is_heard_is_never_in_doubt() {
    join(ME);

    heard(Duration.ofMinutes(10));

    assertThat(told).isEmpty();
    assertThat(watch.check()).isEqualTo(Health.healthy());
  }

  @Test
  void who_has_not_joined_yet_has_nothing_to_lose() {
    answers.put(ME, new GroupAnswers(0, 0));

    silent(Duration.ofMinutes(2));

    assertThat(told).isEmpty();
  }

  @Test
  void after_the_session_timeout_without_a_word_the_node_is_in_doubt_and_not_ready() {
    join(ME);
    heard(Duration.ofSeconds(10));

    silent(SESSION.minusSeconds(1));
    assertThat(told).isEmpty();
    silent(Duration.ofSeconds(1));

    assertThat(told).containsExactly("doubt");
    assertThat(watch.check())
        .isInstanceOfSatisfying(
            Health.Unhealthy.class, why -> assertThat(why.reason()).contains("2026-06-01T11:59:5"));
  }

  @Test
  void a_node_that_stays_cut_off_sends_its_devices_away_once() {
    join(ME);

    silent(ISOLATION.plusSeconds(60));

    assertThat(told).containsExactly("doubt", "cut off");
  }

  @Test
  void one_word_is_not_enough_it_may_be_that_the_node_is_no_member_any_more() {
    join(ME);
    silent(SESSION);

    heard(Duration.ofMillis(500));
    silent(Duration.ofSeconds(2));

    assertThat(told).containsExactly("doubt");
  }

  @Test
  void who_is_heard_for_a_while_again_is_still_a_member() {
    join(ME);
    silent(SESSION);

    heard(Duration.ofSeconds(4));

    assertThat(told).containsExactly("doubt", "sure");
    assertThat(watch.check()).isEqualTo(Health.healthy());
  }

  @Test
  void who_was_given_a_share_anew_has_let_go_of_what_it_had_lost() {
    join(ME);
    silent(SESSION.multipliedBy(10));

    join(ME);
    pass(Duration.ofMillis(500));

    assertThat(told).containsExactly("doubt", "cut off", "sure");
  }

  @Test
  void who_waits_in_a_rebalance_for_others_is_not_heard_and_is_a_member_all_the_same() {
    join(ME);
    roll = CompletableFuture.completedFuture(Set.of(ME, "other"));

    silent(Duration.ofMinutes(4));

    assertThat(told).isEmpty();
  }

  @Test
  void a_group_that_says_that_the_node_is_no_member_ends_all_doubt_at_once() {
    join(ME);
    roll = CompletableFuture.completedFuture(Set.of("other"));

    silent(SESSION.plusSeconds(1));

    assertThat(told).containsExactly("doubt", "cut off");
  }

  /** Its broker was the coordinator, and does not know that another one is. */
  @Test
  void who_is_answered_though_the_group_has_no_such_member_joins_it_again() {
    join(ME);
    heard(Duration.ofMinutes(1));
    roll = CompletableFuture.completedFuture(Set.of("other"));

    heard(Duration.ofSeconds(30));

    assertThat(told).containsExactly("doubt", "cut off", "rejoin");
    assertThat(watch.check())
        .isInstanceOfSatisfying(
            Health.Unhealthy.class,
            why -> assertThat(why.reason()).contains("the group has no such member"));

    answers.clear();
    pass(Duration.ofMillis(500));
    assertThat(told).as("the new clients are no members yet").doesNotContain("sure");
    roll = CompletableFuture.completedFuture(Set.of("other", ME));
    join(ME);
    heard(Duration.ofMinutes(1));
    assertThat(told).containsExactly("doubt", "cut off", "rejoin", "sure");
    assertThat(watch.check()).isEqualTo(Health.healthy());
  }

  /** The new clients have found the former coordinator once more, and it gives them a share. */
  @Test
  void new_clients_are_not_sure_before_the_group_has_them_and_others_follow_once_a_minute() {
    join(ME);
    heard(Duration.ofMinutes(1));
    roll = CompletableFuture.completedFuture(Set.of("other"));
    heard(Duration.ofSeconds(30));
    assertThat(told).containsExactly("doubt", "cut off", "rejoin");

    answers.clear();
    pass(Duration.ofSeconds(1));
    join(ME);
    heard(Duration.ofSeconds(25));
    assertThat(told).containsExactly("doubt", "cut off", "rejoin");
    heard(Duration.ofSeconds(30));
    assertThat(told).containsExactly("doubt", "cut off", "rejoin", "rejoin");

    answers.clear();
    pass(Duration.ofSeconds(1));
    roll = new CompletableFuture<>();
    join(ME);
    heard(Duration.ofSeconds(5));
    assertThat(told).as("the group was not asked").doesNotContain("sure");
    roll.complete(Set.of("other", ME));
    heard(Duration.ofSeconds(5));
    assertThat(told).containsExactly("doubt", "cut off", "rejoin", "rejoin", "sure");
  }

  @Test
  void a_thread_that_ends_while_the_node_is_in_doubt_takes_no_doubt_away() {
    join(ME);
    silent(SESSION.plusSeconds(1));
    assertThat(told).containsExactly("doubt");

    answers.clear();
    pass(Duration.ofSeconds(5));
    assertThat(told).containsExactly("doubt");

    join("node-1-inbox-StreamThread-2-consumer");
    pass(Duration.ofMillis(500));
    assertThat(told).containsExactly("doubt", "sure");
  }

  /**
   * The brokers were away for longer than the patience, and the former coordinator is back last.
   */
  @Test
  void who_was_cut_off_by_silence_joins_again_too_and_tries_until_it_has() {
    join(ME);
    roll = CompletableFuture.completedFuture(Set.of("other"));
    silent(Duration.ofSeconds(12));
    assertThat(told).containsExactly("doubt", "cut off");

    heard(Duration.ofSeconds(5));
    assertThat(told).containsExactly("doubt", "cut off", "rejoin");

    heard(Duration.ofMinutes(1));
    assertThat(told).containsExactly("doubt", "cut off", "rejoin", "rejoin");
  }

  @Test
  void who_is_in_doubt_and_denied_by_the_group_is_not_sure_because_a_broker_answers() {
    join(ME);
    roll = CompletableFuture.completedFuture(Set.of("other"));
    silent(Duration.ofSeconds(7));
    assertThat(told).containsExactly("doubt", "cut off");

    heard(Duration.ofSeconds(5));
    assertThat(told).doesNotContain("sure");

    roll = CompletableFuture.completedFuture(Set.of("other", ME));
    heard(Duration.ofSeconds(5));
    assertThat(told).contains("sure");
  }

  @Test
  void what_the_group_was_asked_before_a_member_joined_says_nothing_of_it() {
    join(ME);
    silent(SESSION.plusSeconds(60));
    CompletableFuture<Set<String>> asked = roll;
    told.clear();

    join(ME);
    asked.complete(Set.of("other"));
    roll = CompletableFuture.completedFuture(Set.of("other", ME));
    heard(Duration.ofMinutes(1));

    assertThat(told).containsExactly("sure");
  }

  @Test
  void who_is_missing_for_some_seconds_is_joining() {
    join(ME);
    for (int i = 0; i < 20; i++) {
      roll = CompletableFuture.completedFuture(Set.of("other"));
      heard(Duration.ofSeconds(8));
      roll = CompletableFuture.completedFuture(Set.of("other", ME));
      heard(Duration.ofSeconds(11));
    }

    assertThat(told).isEmpty();
  }

  /** New clients have the same names, and count from 0. */
  @Test
  void who_counts_less_than_before_is_a_new_member() {
    join(ME);
    heard(Duration.ofMinutes(10));

    answers.put(ME, new GroupAnswers(0, 1));
    heard(Duration.ofMinutes(1));

    assertThat(told).isEmpty();
  }

  @Test
  void a_group_that_cannot_be_asked_says_nothing() {
    join(ME);
    roll = CompletableFuture.failedFuture(new IllegalStateException("for the test"));

    silent(SESSION.plusSeconds(10));

    assertThat(told).containsExactly("doubt");
  }

  @Test
  void a_process_that_stood_still_does_not_know_what_it_was_told_when() {
    join(ME);
    heard(Duration.ofSeconds(5));

    nanos += Duration.ofSeconds(20).toNanos();
    answer();
    watch.look();

    assertThat(told).containsExactly("doubt");
  }

  @Test
  void each_thread_of_a_node_has_its_own_word() {
    join(ME);
    join("node-1-inbox-StreamThread-2-consumer");
    for (int i = 0; i < 20; i++) {
      answers.computeIfPresent(
          ME, (client, before) -> new GroupAnswers(before.heartbeats() + 1, before.joins()));
      pass(Duration.ofMillis(500));
    }

    assertThat(told).containsExactly("doubt");
  }

  @Test
  void a_thread_that_is_no_more_is_not_waited_for() {
    join(ME);
    join("node-1-inbox-StreamThread-2-consumer");
    answers.remove("node-1-inbox-StreamThread-2-consumer");

    heard(Duration.ofMinutes(1));

    assertThat(told).isEmpty();
  }

  @Test
  void how_long_nothing_was_heard_can_be_seen() {
    join(ME);

    silent(Duration.ofSeconds(5));

    assertThat(metrics.get("tidings.node.group.silent.seconds").gauge().value())
        .isBetween(4.9, 5.1);
  }

  private void join(String client) {
    answers.merge(
        client,
        new GroupAnswers(0, 1),
        (before, more) -> new GroupAnswers(before.heartbeats(), before.joins() + 1));
    watch.look();
  }

  private void heard(Duration time) {
    for (Duration left = time; left.isPositive(); left = left.minusMillis(500)) {
      answer();
      pass(Duration.ofMillis(500));
    }
  }

  private void silent(Duration time) {
    for (Duration left = time; left.isPositive(); left = left.minusMillis(500)) {
      pass(Duration.ofMillis(500));
    }
  }

  private void answer() {
    answers.replaceAll(
        (client, before) -> new GroupAnswers(before.heartbeats() + 1, before.joins()));
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
    watch.look();
  }
}
