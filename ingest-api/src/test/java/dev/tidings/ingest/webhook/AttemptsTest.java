package dev.tidings.ingest.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.webhook.Attempts.Next;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G123 of docs/guarantees.md. */
class AttemptsTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  private final Attempts attempts = new Attempts(DAY, Optional.empty());

  private static WebhookOutcome status(int status) {
    return new WebhookOutcome.Answered(status, Optional.empty());
  }

  private Duration pause(WebhookOutcome answer, Instant at) {
    if (attempts.after(answer, at, 0) instanceof Next.Again(Duration pause, _)) {
      return pause;
    }
    throw new AssertionError("given up at " + at);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 202, 204, 299})
  void what_is_answered_with_2xx_is_taken(int status) {
    assertThat(attempts.after(status(status), START, 0)).isInstanceOf(Next.GoOn.class);
    assertThat(attempts.failingSince()).isEmpty();
  }

  @Test
  void the_pauses_become_longer_until_a_day_is_over_and_the_last_attempt_is_then() {
    List<Duration> pauses = new ArrayList<>();
    Instant now = START;
    while (attempts.after(status(500), now, 0) instanceof Next.Again(Duration pause, _)) {
      pauses.add(pause);
      now = now.plus(pause);
    }

    assertThat(pauses).startsWith(Duration.ofSeconds(5), Duration.ofSeconds(15)).isNotEmpty();
    assertThat(pauses.subList(0, pauses.size() - 1)).isSorted();
    assertThat(pauses).allMatch(pause -> pause.compareTo(Duration.ofHours(2)) <= 0);
    assertThat(now).isEqualTo(START.plus(DAY));
    assertThat(pauses).hasSizeBetween(15, 25);
  }

  @Test
  void it_says_why_it_gave_up() {
    Instant now = START;
    Next next = attempts.after(status(500), now, 0);
    while (next instanceof Next.Again(Duration pause, _)) {
      now = now.plus(pause);
      next = attempts.after(status(503), now, 0);
    }

    assertThat(next)
        .isEqualTo(
            new Next.GiveUp(
                "the endpoint answers 503; it has taken nothing since 2026-03-01T12:00:00Z, for"
                    + " 24 h"));
  }

  @Test
  void after_a_good_answer_the_day_and_the_pauses_begin_anew() {
    assertThat(pause(status(500), START)).isEqualTo(Duration.ofSeconds(5));
    attempts.after(status(200), START.plusSeconds(5), 0);

    assertThat(pause(status(500), START.plus(DAY))).isEqualTo(Duration.ofSeconds(5));
    assertThat(attempts.failingSince()).contains(START.plus(DAY));
  }

  /** Nobody has asked it meanwhile, or only the clock went on. */
  @ParameterizedTest
  @ValueSource(strings = {"PT240H", "-PT240H"})
  void a_clock_that_is_set_neither_ends_the_day_nor_makes_it_longer(Duration jump) {
    Instant now = START;
    for (int i = 0; i < 4; i++) {
      now = now.plus(pause(status(500), now));
    }
    now = now.plus(jump);
    int attemptsLeft = 0;
    while (attempts.after(status(500), now, 0) instanceof Next.Again(Duration pause, _)) {
      attemptsLeft++;
      now = now.plus(pause);
    }

    assertThat(now).isEqualTo(START.plus(jump).plus(DAY));
    assertThat(attemptsLeft).isBetween(10, 25);
  }

  @Test
  void who_goes_on_elsewhere_counts_from_the_first_failure() {
    Attempts elsewhere = new Attempts(DAY, Optional.of(START));

    assertThat(givenUp(elsewhere, START.plus(Duration.ofHours(20)))).isEqualTo(START.plus(DAY));
    assertThat(elsewhere.failingSince()).contains(START);
  }

  @Test
  void who_goes_on_after_the_day_asks_for_an_hour_for_nobody_may_have_asked_meanwhile() {
    Attempts anew = new Attempts(DAY, Optional.of(START));
    Instant begun = START.plus(Duration.ofDays(3));

    assertThat(givenUp(anew, begun)).isEqualTo(begun.plus(Duration.ofHours(1)));
  }

  /** That hour moves along with the clock as the day does. */
  @ParameterizedTest
  @ValueSource(strings = {"PT2H", "-PT2H"})
  void a_clock_that_is_set_neither_ends_that_hour_nor_makes_it_longer(Duration jump) {
    Attempts anew = new Attempts(DAY, Optional.of(START));
    Instant begun = START.plus(Duration.ofDays(3));
    assertThat(anew.after(status(500), begun, 0))
        .isInstanceOfSatisfying(
            Next.Again.class, again -> assertThat(again.pause()).isEqualTo(Duration.ofSeconds(5)));

    assertThat(givenUp(anew, begun.plusSeconds(5).plus(jump)))
        .isEqualTo(begun.plus(jump).plus(Duration.ofHours(1)));
  }

  @Test
  void who_goes_on_behind_a_process_whose_clock_was_ahead_counts_from_now() {
    Attempts elsewhere = new Attempts(DAY, Optional.of(START.plus(Duration.ofDays(3))));

    assertThat(givenUp(elsewhere, START)).isEqualTo(START.plus(DAY));
    assertThat(elsewhere.failingSince()).contains(START);
  }

  @Test
  void one_that_has_taken_something_since_is_like_any_other() {
    Attempts anew = new Attempts(DAY, Optional.of(START));
    anew.after(status(200), START.plus(Duration.ofDays(3)), 0);

    Instant failed = START.plus(Duration.ofDays(4));
    assertThat(givenUp(anew, failed)).isEqualTo(failed.plus(DAY));
  }

  /** Asks whenever it should, and returns when it should not any more. */
  private static Instant givenUp(Attempts each, Instant begun) {
    Instant now = begun;
    while (each.after(status(500), now, 0) instanceof Next.Again(Duration pause, _)) {
      now = now.plus(pause);
    }
    return now;
  }

  @Test
  void one_that_is_gone_is_given_up_at_once() {
    assertThat(attempts.after(status(410), START, 0)).isInstanceOf(Next.GiveUp.class);
  }

  @Test
  void no_redirect_is_followed() {
    assertThat(attempts.after(status(302), START, 0))
        .isEqualTo(
            new Next.Again(
                Duration.ofSeconds(5), "the endpoint answers 302, and redirects are not followed"));
  }

  @Test
  void it_waits_as_long_as_the_endpoint_asks_if_that_is_longer() {
    assertThat(pause(new WebhookOutcome.Answered(429, Optional.of(Duration.ofSeconds(90))), START))
        .isEqualTo(Duration.ofSeconds(90));
    assertThat(pause(new WebhookOutcome.Answered(429, Optional.of(Duration.ofSeconds(1))), START))
        .isEqualTo(Duration.ofSeconds(15));
    assertThat(pause(new WebhookOutcome.Answered(503, Optional.of(Duration.ofDays(300))), START))
        .isEqualTo(Duration.ofHours(6));
  }

  @Test
  void pauses_of_different_webhooks_differ() {
    assertThat(attempts.after(new WebhookOutcome.Failed("no answer"), START, 1))
        .isEqualTo(new Next.Again(Duration.ofSeconds(6), "no answer"));
  }
}
