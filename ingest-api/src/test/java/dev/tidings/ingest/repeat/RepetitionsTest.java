package dev.tidings.ingest.repeat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.accept.AppendResult;
import dev.tidings.ingest.accept.AppendResult.Bottleneck;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Time and the log are the test's.
 *
 * <p>Shows G140 of docs/guarantees.md.
 */
class RepetitionsTest {
  private static final NotificationId ID = NotificationId.random();
  private static final Token TOKEN = new Token("0".repeat(64));
  private static final Token OTHER_TOKEN = new Token("1".repeat(64));
  private static final String ONE = "1".repeat(32);
  private static final String OTHER = "2".repeat(32);
  private static final AppendResult UNAVAILABLE = new AppendResult.Overloaded(Bottleneck.LOG);

  private final Deque<Consumer<Optional<Earlier>>> asked = new ArrayDeque<>();
  private final List<RepeatDecision> decisions = new ArrayList<>();
  private final List<Optional<RepeatDecision>> found = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-29T12:00:00Z");
  private final Repetitions repetitions =
      new Repetitions((id, token, told) -> asked.add(told), () -> now, 100);

  private @Nullable Claim enter(Token token, String fingerprint) {
    return repetitions.enter(ID, token, fingerprint, decisions::add);
  }

  private Claim first(Token token, String fingerprint) {
    return Objects.requireNonNull(enter(token, fingerprint));
  }

  /** Enters one that is not the first. */
  private void later(String fingerprint) {
    assertThat(enter(TOKEN, fingerprint)).isNull();
  }

  private void looked(Claim claim, @Nullable Earlier earlier) {
    claim.find(found::add);
    asked.remove().accept(Optional.ofNullable(earlier));
  }

  @Test
  void the_first_goes_on_and_the_same_again_is_told_when_that_was_accepted() {
    Claim claim = first(TOKEN, ONE);
    looked(claim, null);
    assertThat(found).containsExactly(Optional.empty());
    long at = now.toEpochMilli();
    claim.ended(new AppendResult.Accepted(at));

    later(ONE);
    later(OTHER);

    assertThat(decisions)
        .containsExactly(new RepeatDecision.Again(at), new RepeatDecision.Different());
    assertThat(asked).isEmpty();
    assertThat(repetitions.pending()).isZero();
  }

  @Test
  void the_same_id_for_another_token_and_another_id_for_the_same_are_other_notifications() {
    first(TOKEN, ONE).ended(new AppendResult.Accepted(now.toEpochMilli()));

    assertThat(enter(OTHER_TOKEN, ONE)).isNotNull();
    String next = ID.value().substring(0, 35) + (ID.value().endsWith("0") ? "1" : "0");
    assertThat(repetitions.enter(new NotificationId(next), TOKEN, ONE, decisions::add)).isNotNull();
  }

  @Test
  void what_another_node_has_accepted_is_known_from_the_log() {
    long before = now.toEpochMilli() - 1;
    Claim claim = first(TOKEN, ONE);
    later(OTHER);
    looked(claim, new Earlier(before, ONE));
    later(ONE);

    assertThat(found).containsExactly(Optional.of(new RepeatDecision.Again(before)));
    assertThat(decisions)
        .containsExactly(new RepeatDecision.Different(), new RepeatDecision.Again(before));
    assertThat(repetitions.pending()).isZero();
  }

  @Test
  void one_that_came_without_a_fingerprint_is_not_compared() {
    looked(first(TOKEN, ONE), new Earlier(now.toEpochMilli(), null));
    later(OTHER);

    assertThat(found).containsExactly(Optional.of(new RepeatDecision.Again(now.toEpochMilli())));
    assertThat(decisions).containsExactly(new RepeatDecision.Again(now.toEpochMilli()));
  }

  @Test
  void those_that_come_while_the_first_is_on_its_way_wait_for_it_also_to_learn_of_a_conflict() {
    Claim claim = first(TOKEN, ONE);
    later(ONE);
    later(OTHER);
    looked(claim, null);
    later(ONE);
    assertThat(decisions).isEmpty();

    claim.ended(new AppendResult.Accepted(9));

    assertThat(decisions)
        .containsExactly(
            new RepeatDecision.Again(9),
            new RepeatDecision.Different(),
            new RepeatDecision.Again(9));
  }

  @Test
  void if_the_first_is_not_accepted_those_that_wait_are_told_that_and_nobody_asks_again() {
    Claim claim = first(TOKEN, ONE);
    later(ONE);
    later(OTHER);
    looked(claim, null);

    claim.ended(UNAVAILABLE);
    claim.ended(new AppendResult.Accepted(5));

    assertThat(decisions)
        .containsExactly(
            new RepeatDecision.Failed(UNAVAILABLE), new RepeatDecision.Failed(UNAVAILABLE));
    assertThat(asked).isEmpty();
    // The next one is a first again.
    assertThat(enter(TOKEN, OTHER)).isNotNull();
  }

  @Test
  void if_the_first_is_dropped_those_that_wait_are_told() {
    Claim claim = first(TOKEN, ONE);
    later(ONE);

    claim.dropped();

    assertThat(decisions).containsExactly(new RepeatDecision.Dropped());
    assertThat(repetitions.pending()).isZero();
  }

  @Test
  void a_look_up_that_throws_finds_nothing_and_the_first_goes_on() {
    Repetitions broken =
        new Repetitions(
            (id, token, told) -> {
              throw new IllegalStateException("for the test");
            },
            () -> now);
    Claim claim = Objects.requireNonNull(broken.enter(ID, TOKEN, ONE, decisions::add));

    claim.find(found::add);

    assertThat(found).containsExactly(Optional.empty());
  }

  @Test
  void one_that_fails_when_it_is_told_keeps_no_other_from_being_told() {
    Claim claim = first(TOKEN, ONE);
    repetitions.enter(
        ID,
        TOKEN,
        ONE,
        decision -> {
          throw new IllegalStateException("for the test");
        });
    later(ONE);

    claim.ended(new AppendResult.Accepted(3));

    assertThat(decisions).containsExactly(new RepeatDecision.Again(3));
  }

  @Test
  void not_more_than_a_few_wait_for_one() {
    first(TOKEN, ONE);
    for (int i = 0; i < 17; i++) {
      later(ONE);
    }
    assertThat(decisions).containsExactly(new RepeatDecision.Crowded());
  }

  @Test
  void after_a_day_it_is_another_one() {
    first(TOKEN, ONE).ended(new AppendResult.Accepted(now.toEpochMilli()));

    now = now.plus(Duration.ofHours(24)).minusMillis(1);
    later(ONE);
    assertThat(decisions).singleElement().isInstanceOf(RepeatDecision.Again.class);
    now = now.plusMillis(1);
    looked(first(TOKEN, OTHER), new Earlier(now.minus(Duration.ofHours(24)).toEpochMilli(), ONE));

    assertThat(found).containsExactly(Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(longs = {2, -1, -48})
  void a_clock_that_is_set_does_not_make_it_another_one(long hours) {
    first(TOKEN, ONE).ended(new AppendResult.Accepted(now.toEpochMilli()));

    now = now.plus(Duration.ofHours(hours));
    later(ONE);

    assertThat(decisions).singleElement().isInstanceOf(RepeatDecision.Again.class);
  }

  @Test
  void the_oldest_are_forgotten_also_while_many_are_on_their_way() {
    for (int i = 0; i < 50; i++) {
      repetitions.enter(NotificationId.random(), TOKEN, ONE, decisions::add);
    }
    for (int i = 0; i < 150; i++) {
      Claim claim = repetitions.enter(NotificationId.random(), TOKEN, ONE, decisions::add);
      Objects.requireNonNull(claim).ended(new AppendResult.Accepted(i));
    }
    assertThat(repetitions.size()).isEqualTo(100);
    assertThat(repetitions.pending()).isEqualTo(50);
  }
}
