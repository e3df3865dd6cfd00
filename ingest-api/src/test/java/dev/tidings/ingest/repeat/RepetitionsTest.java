package dev.tidings.ingest.repeat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Time and the log are the test's. */
class RepetitionsTest {
  private static final NotificationId ID = NotificationId.random();
  private static final Token TOKEN = new Token("0".repeat(64));
  private static final Token OTHER_TOKEN = new Token("1".repeat(64));
  private static final String ONE = "1".repeat(32);
  private static final String OTHER = "2".repeat(32);

  private final Deque<Consumer<Optional<Earlier>>> asked = new ArrayDeque<>();
  private final List<Decision> decisions = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-29T12:00:00Z");
  private final Repetitions repetitions =
      new Repetitions((id, token, found) -> asked.add(found), () -> now, 100);

  private void ask(Token token, String fingerprint) {
    repetitions.ask(ID, token, fingerprint, decisions::add);
  }

  private void known(Earlier earlier) {
    asked.remove().accept(Optional.of(earlier));
  }

  private void unknown() {
    asked.remove().accept(Optional.empty());
  }

  private Claim first() {
    return ((Decision.First) decisions.removeFirst()).claim();
  }

  @Test
  void the_first_goes_on_and_the_same_again_is_told_when_that_was_accepted() {
    ask(TOKEN, ONE);
    assertThat(decisions).isEmpty();
    unknown();
    long at = now.toEpochMilli();
    first().accepted(at);

    ask(TOKEN, ONE);
    ask(TOKEN, OTHER);

    assertThat(decisions).containsExactly(new Decision.Again(at), new Decision.Different());
    assertThat(asked).isEmpty();
  }

  @Test
  void the_same_id_for_another_token_is_another_notification() {
    ask(TOKEN, ONE);
    unknown();
    first().accepted(7);

    ask(OTHER_TOKEN, ONE);
    unknown();

    assertThat(decisions.getFirst()).isInstanceOf(Decision.First.class);
  }

  @Test
  void what_another_node_has_accepted_is_known_from_the_log() {
    ask(TOKEN, ONE);
    known(new Earlier(now.toEpochMilli() - 1, ONE));
    ask(TOKEN, OTHER);

    assertThat(decisions)
        .containsExactly(new Decision.Again(now.toEpochMilli() - 1), new Decision.Different());
  }

  @Test
  void one_that_came_without_a_fingerprint_is_not_compared() {
    ask(TOKEN, ONE);
    known(new Earlier(now.toEpochMilli(), null));
    ask(TOKEN, OTHER);

    assertThat(decisions)
        .containsExactly(
            new Decision.Again(now.toEpochMilli()), new Decision.Again(now.toEpochMilli()));
  }

  @Test
  void those_that_come_while_the_first_is_on_its_way_wait_for_it() {
    ask(TOKEN, ONE);
    ask(TOKEN, ONE);
    ask(TOKEN, OTHER);
    assertThat(decisions).containsExactly(new Decision.Different());
    decisions.clear();
    unknown();
    Claim claim = first();
    ask(TOKEN, ONE);
    assertThat(decisions).isEmpty();

    claim.accepted(9);

    assertThat(decisions).containsExactly(new Decision.Again(9), new Decision.Again(9));
  }

  @Test
  void if_the_first_is_not_accepted_the_next_one_is_the_first_and_asks_anew() {
    ask(TOKEN, ONE);
    ask(TOKEN, ONE);
    ask(TOKEN, ONE);
    unknown();
    Claim claim = first();

    claim.release();
    claim.accepted(5);

    // It may be in the log nevertheless.
    assertThat(asked).hasSize(1);
    unknown();
    first().accepted(11);
    assertThat(decisions).containsExactly(new Decision.Again(11));
  }

  @Test
  void not_more_than_a_few_wait_for_one() {
    for (int i = 0; i < 18; i++) {
      ask(TOKEN, ONE);
    }
    assertThat(decisions).containsExactly(new Decision.Crowded());
  }

  @Test
  void after_a_day_it_is_another_one() {
    ask(TOKEN, ONE);
    unknown();
    first().accepted(now.toEpochMilli());

    now = now.plus(Duration.ofHours(24)).minusMillis(1);
    ask(TOKEN, ONE);
    assertThat(decisions).singleElement().isInstanceOf(Decision.Again.class);
    decisions.clear();
    now = now.plusMillis(1);
    ask(TOKEN, OTHER);
    known(new Earlier(now.minus(Duration.ofHours(24)).toEpochMilli(), ONE));

    assertThat(decisions).singleElement().isInstanceOf(Decision.First.class);
  }

  @Test
  void the_oldest_are_forgotten_and_then_asked_for_in_the_log() {
    for (int i = 0; i < 150; i++) {
      repetitions.ask(NotificationId.random(), TOKEN, ONE, decisions::add);
      unknown();
      first().accepted(i);
    }
    assertThat(repetitions.size()).isEqualTo(100);
  }
}
