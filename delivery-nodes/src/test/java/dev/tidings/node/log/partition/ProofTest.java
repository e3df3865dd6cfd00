package dev.tidings.node.log.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.service.health.Health;
import java.time.Duration;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** Shows G85 of docs/guarantees.md. */
class ProofTest {
  private final Proof proof = new Proof();
  private long now = Long.MAX_VALUE - 1_000;

  @Test
  void what_has_nothing_to_read_is_well() {
    assertThat(proof.health()).isEqualTo(Health.healthy());
  }

  @Test
  void that_a_partition_was_begun_does_not_prove_that_it_can_be_read() {
    proof.begin(now, 1);
    assertThat(reason()).contains("not been read yet");
    pass(Duration.ofMillis(50));
    proof.recordRead(false, now);
    assertThat(reason()).contains("not been read yet");

    pass(Duration.ofMillis(500));
    proof.recordRead(false, now);

    assertThat(proof.health()).isEqualTo(Health.healthy());
  }

  @Test
  void a_partition_that_is_begun_and_the_first_read_behind_it_are_steps_and_no_more() {
    proof.begin(now, 1);
    proof.begin(now, 2);
    assertThat(proof.steps()).isEqualTo(2);
    proof.recordRead(false, now);
    assertThat(proof.steps()).isEqualTo(2);
    for (int i = 0; i < 3; i++) {
      proof.recordRead(true, now);
      proof.recordFailure(new DisconnectException("for the test"), now);
    }

    assertThat(proof.steps()).isEqualTo(3);
  }

  @Test
  void a_partition_that_begins_again_and_again_is_no_step() {
    proof.begin(now, 1);
    proof.recordRead(true, now);
    assertThat(proof.steps()).isEqualTo(2);

    for (int i = 0; i < 3; i++) {
      proof.begin(now, 1);
      proof.recordRead(true, now);
    }

    assertThat(proof.steps()).isEqualTo(2);
    proof.begin(now, 2);
    assertThat(proof.steps()).isEqualTo(3);
  }

  @Test
  void what_was_read_proves_it() {
    proof.begin(now, 1);

    proof.recordRead(true, now);

    assertThat(proof.health()).isEqualTo(Health.healthy());
  }

  @Test
  void a_refusal_is_told_at_once_and_until_reading_works() {
    proof.begin(now, 1);
    proof.recordFailure(new TopicAuthorizationException("Not authorized: deliveries"), now);
    assertThat(reason()).contains("Not authorized");
    proof.recordRead(false, now);
    proof.recordFailure(new TopicAuthorizationException("Not authorized: deliveries"), now);
    pass(Duration.ofSeconds(2));
    assertThat(reason()).contains("Not authorized");

    proof.recordRead(true, now);

    assertThat(proof.health()).isEqualTo(Health.healthy());
  }

  @Test
  void a_right_that_is_taken_away_later_is_told() {
    proof.begin(now, 1);
    proof.recordRead(true, now);

    proof.recordFailure(new GroupAuthorizationException("Not authorized: group"), now);

    assertThat(reason()).contains("Not authorized: group");
  }

  @Test
  void what_may_pass_by_itself_is_told_when_it_does_not() {
    proof.begin(now, 1);
    proof.recordRead(true, now);
    proof.recordFailure(new DisconnectException("gone"), now);
    assertThat(proof.health()).isEqualTo(Health.healthy());

    pass(Duration.ofSeconds(6));
    proof.recordFailure(new DisconnectException("gone"), now);

    assertThat(reason()).contains("gone");
  }

  @Test
  void who_has_nothing_to_read_any_more_is_well() {
    proof.begin(now, 1);
    proof.recordFailure(new TopicAuthorizationException("no"), now);

    proof.end();

    assertThat(proof.health()).isEqualTo(Health.healthy());
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private String reason() {
    return proof.health() instanceof Health.Unhealthy(String reason) ? reason : "";
  }
}
