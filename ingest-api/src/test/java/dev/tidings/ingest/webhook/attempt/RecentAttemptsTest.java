package dev.tidings.ingest.webhook.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What is remembered of requests to webhooks is bounded. */
class RecentAttemptsTest {
  private static final Instant START = Instant.parse("2026-11-30T10:00:00Z");

  private final RecentAttempts recent = new RecentAttempts();

  private static WebhookAttempt at(int second, Optional<String> failure) {
    return new WebhookAttempt(
        START.plusSeconds(second),
        Duration.ZERO,
        1,
        OptionalInt.empty(),
        failure,
        Optional.empty());
  }

  @Test
  void what_failed_stays_however_much_is_taken_afterwards() {
    recent.add("A", at(0, Optional.of("no answer")));
    for (int i = 1; i <= 1_000; i++) {
      recent.add("A", at(i, Optional.empty()));
    }

    List<WebhookAttempt> found = recent.of("A");
    assertThat(found).hasSize(RecentAttempts.EACH + 1);
    assertThat(found.getFirst().at()).isEqualTo(START.plusSeconds(1_000));
    assertThat(found.getLast().failure()).contains("no answer");
  }

  @Test
  void of_the_webhooks_those_that_were_sent_nothing_for_longest_are_forgotten() {
    recent.add("A", at(0, Optional.empty()));
    for (int i = 0; i < RecentAttempts.WEBHOOKS; i++) {
      recent.add("B" + i, at(i, Optional.empty()));
    }

    assertThat(recent.of("A")).isEmpty();
    assertThat(recent.of("B0")).hasSize(1);
  }
}
