package dev.tidings.device.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class TokensTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final AtomicInteger calls = new AtomicInteger();

  @Test
  void who_asks_meanwhile_gets_the_same_token() {
    CountDownLatch hold = new CountDownLatch(1);
    Tokens tokens =
        tokens(
            () -> {
              hold.await();
              return "token-" + calls.incrementAndGet();
            },
            LONG);
    CompletableFuture<String> first = tokens.next();
    CompletableFuture<String> second = tokens.next();
    assertThat(first).isNotDone();
    hold.countDown();

    assertThat(first).succeedsWithin(LONG).isEqualTo("token-1");
    assertThat(second).succeedsWithin(LONG).isEqualTo("token-1");
    assertThat(tokens.latest()).isEqualTo("token-1");
    assertThat(tokens.next()).succeedsWithin(LONG).isEqualTo("token-2");
  }

  @Test
  void one_that_takes_too_long_is_interrupted() {
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Tokens tokens =
        tokens(
            () -> {
              try {
                new CountDownLatch(1).await();
              } finally {
                interrupted.complete(true);
              }
              return "late";
            },
            Duration.ofMillis(50));

    assertThat(tokens.next())
        .failsWithin(LONG)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(TimeoutException.class);
    assertThat(interrupted).succeedsWithin(LONG);
    assertThat(tokens.latest()).isEmpty();
  }

  @Test
  void once_stopped_the_supplier_is_interrupted_and_never_asked_again() {
    CountDownLatch called = new CountDownLatch(1);
    Tokens tokens =
        tokens(
            () -> {
              calls.incrementAndGet();
              called.countDown();
              new CountDownLatch(1).await();
              return "late";
            },
            LONG);
    CompletableFuture<String> waiting = tokens.next();
    awaitUninterrupted(called);

    tokens.stop();

    assertThat(waiting)
        .failsWithin(LONG)
        .withThrowableThat()
        .havingRootCause()
        .isInstanceOf(InterruptedException.class);
    assertThat(tokens.next()).isCompletedExceptionally();
    assertThat(calls).hasValue(1);
  }

  @Test
  void one_that_does_not_return_even_then_is_not_called_again_meanwhile() {
    CountDownLatch hold = new CountDownLatch(1);
    Tokens tokens =
        tokens(
            () -> {
              if (calls.incrementAndGet() == 1) {
                awaitUninterrupted(hold);
              }
              return "token-" + calls.get();
            },
            Duration.ofMillis(50));
    assertThat(tokens.next()).failsWithin(LONG);

    assertThat(tokens.next())
        .failsWithin(LONG)
        .withThrowableThat()
        .withMessageContaining("has not returned yet");
    assertThat(calls).hasValue(1);
    hold.countDown();
    await()
        .untilAsserted(() ->
            assertThat(tokens.next()).succeedsWithin(Duration.ofSeconds(60)).isEqualTo("token-2"));
  }

  private static void awaitUninterrupted(CountDownLatch hold) {
    while (hold.getCount() > 0) {
      try {
        hold.await();
      } catch (InterruptedException e) {
        // Such a supplier it is.
      }
    }
  }

  @Test
  void one_that_is_too_long_for_mqtt_is_refused_without_being_repeated() {
    Tokens tokens = tokens(() -> "x".repeat(65_536), LONG);

    assertThat(tokens.next())
        .failsWithin(LONG)
        .withThrowableThat()
        .havingCause()
        .withMessage("token: 65536 bytes (expected: <= 65535)");
  }

  private static Tokens tokens(TokenSupplier supplier, Duration patience) {
    return new Tokens(supplier, "phone-1", patience);
  }
}
