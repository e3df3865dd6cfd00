package dev.tidings.streams.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RegistryRetryTest {
  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient client =
      new RegistryClient(
          RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url(), "max.retries", "0")));
  private final RegistryRetry patience =
      new RegistryRetry(Duration.ofMillis(1), () -> Instant.EPOCH);

  @AfterEach
  void close() {
    client.close();
    registry.close();
  }

  @Test
  void it_asks_until_there_is_an_answer() {
    registry.failNext(4);

    int id = patience.ask(this::ask);

    assertThat(id).isEqualTo(1);
    assertThat(registry.requests()).isEqualTo(5);
    assertThat(patience.waitingFor()).isEmpty();
  }

  @Test
  void while_it_waits_it_says_for_what_and_stopping_cuts_it_short() {
    registry.failNext(Integer.MAX_VALUE);
    CompletableFuture<Integer> asked = CompletableFuture.supplyAsync(() -> patience.ask(this::ask));
    await().until(() -> patience.waitingFor().isPresent());
    assertThat(patience.waitingFor().orElseThrow()).contains("answered 503");

    patience.stop();

    assertThat(asked)
        .failsWithin(Duration.ofSeconds(60))
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(RegistryRetry.StoppedException.class);
  }

  @Test
  void what_is_no_outage_is_not_waited_for() {
    assertThatThrownBy(() ->
            patience.ask(() -> {
              throw new IllegalStateException("a slip");
            }))
        .hasMessage("a slip");
  }

  private int ask() {
    return client.id("subject", Receipt.getClassSchema());
  }
}
