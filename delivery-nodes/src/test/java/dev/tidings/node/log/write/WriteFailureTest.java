package dev.tidings.node.log.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** Shows G65 of docs/guarantees.md. */
final class WriteFailureTest {
  private static final Map<Exception, WriteFailure> KINDS =
      Map.of(
          new TopicAuthorizationException("not you"), WriteFailure.NOT_ALLOWED,
          new SaslAuthenticationException("not you"), WriteFailure.NOT_ALLOWED,
          new InvalidTimestampException("an hour ahead"), WriteFailure.CLOCK,
          new RecordTooLargeException("too large"), WriteFailure.FINAL,
          new SerializationException("not to be written"), WriteFailure.FINAL,
          new NotEnoughReplicasException("one of two"), WriteFailure.PASSING,
          new IllegalStateException("unheard of"), WriteFailure.UNKNOWN);

  @Test
  void each_failure_has_the_consequence_that_it_calls_for() {
    KINDS.forEach((failure, kind) ->
        assertThat(WriteFailure.of(failure)).as(failure.toString()).isEqualTo(kind));
  }
}
