package dev.tidings.streams.run;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

final class ThreadFailuresTest {
  private final List<Throwable> givenUp = new ArrayList<>();
  private final ThreadFailures failures =
      new ThreadFailures(givenUp::add, Duration.ZERO, () -> Instant.EPOCH);

  @Test
  void anExceptionCostsTheThreadOnly() {
    assertThat(failures.handle(new StreamsException("broker away"))).isEqualTo(REPLACE_THREAD);
    assertThat(givenUp).isEmpty();
  }

  @Test
  void anErrorCostsTheProcess() {
    StreamsException wrapped = new StreamsException(new OutOfMemoryError("heap"));

    assertThat(failures.handle(wrapped)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(givenUp).containsExactly(wrapped);
  }
}
