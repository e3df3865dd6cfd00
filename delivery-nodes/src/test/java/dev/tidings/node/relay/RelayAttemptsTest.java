package dev.tidings.node.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RelayAttemptsTest {
  private static final InetSocketAddress A = new InetSocketAddress("127.0.0.1", 1);
  private static final InetSocketAddress B = new InetSocketAddress("127.0.0.1", 2);
  private static final InetSocketAddress C = new InetSocketAddress("127.0.0.1", 3);

  private long now;
  private final RelayAttempts attempts = new RelayAttempts(() -> now);

  @Test
  void each_relay_begins_with_the_next_port() {
    assertThat(attempts.order(List.of(A, B, C))).containsExactly(A, B, C);
    assertThat(attempts.order(List.of(A, B, C))).containsExactly(B, C, A);
    assertThat(attempts.order(List.of(A, B, C))).containsExactly(C, A, B);
    assertThat(attempts.order(List.of(A, B, C))).containsExactly(A, B, C);
  }

  @Test
  void one_that_failed_where_another_did_not_comes_last_for_a_minute() {
    attempts.avoid(List.of(A));

    assertThat(attempts.order(List.of(A, B, C))).containsExactly(B, C, A);
    now += TimeUnit.MINUTES.toNanos(1);
    attempts.order(List.of(A, B, C));
    attempts.order(List.of(A, B, C));
    assertThat(attempts.order(List.of(A, B, C))).containsExactly(A, B, C);
  }
}
