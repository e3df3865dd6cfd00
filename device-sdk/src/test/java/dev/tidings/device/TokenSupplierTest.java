package dev.tidings.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.device.receive.ReceivedNotification;
import dev.tidings.device.token.TokenSupplier;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device whose tokens come from its application. */
final class TokenSupplierTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final Backoff SHORT = new Backoff(Duration.ofMillis(10), Duration.ofMillis(80));

  private final ScriptedServer server = new ScriptedServer();
  private final List<ConnectionChange> changes = new CopyOnWriteArrayList<>();
  private final List<ReceivedNotification> shown = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private DeviceClient client;

  TokenSupplierTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
  }

  // ---- At each connection

  @Test
  void each_connection_has_a_token_of_its_own() throws IOException {
    start(() -> lasting(Duration.ofHours(1)));
    until(said(1, Duration.ofHours(1)));

    server.cut();

    until(said(2, Duration.ofHours(1)));
    await().until(() -> connections() == 2);
  }

  @Test
  void a_supplier_that_has_none_is_asked_again_and_the_listener_told() {
    start(() -> {
      if (asked.get() < 2) {
        asked.incrementAndGet();
        throw new IOException("no network");
      }
      return lasting(Duration.ofHours(1));
    });

    await().until(() -> connections() == 1);
    assertThat(changes)
        .containsExactly(
            new ConnectionChange.Lost("no token: no network", Duration.ofMillis(10)),
            new ConnectionChange.Lost("no token: no network", Duration.ofMillis(20)),
            new ConnectionChange.Connected());
    assertThat(server.said).containsOnlyOnce("CONNECT");
  }

  @Test
  void the_listener_is_told_before_the_supplier_is_asked_again() {
    CountDownLatch connected = new CountDownLatch(1);
    start(
        () -> {
          if (asked.getAndIncrement() == 0) {
            throw new IOException("no network");
          }
          return token(1, Duration.ofHours(1));
        },
        SHORT,
        change -> {
          if (change instanceof ConnectionChange.Connected) {
            changes.add(change);
            connected.countDown();
          } else {
            awaited(connected, Duration.ofSeconds(2));
            changes.add(change);
          }
        });

    await().until(() -> connections() == 1);
    assertThat(changes)
        .containsExactly(
            new ConnectionChange.Lost("no token: no network", Duration.ofMillis(10)),
            new ConnectionChange.Connected());
  }

  private static void awaited(CountDownLatch latch, Duration atMost) {
    try {
      var _ = latch.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** No token, an empty one, an error of the supplier. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void what_is_no_token_is_not_sent(int kind) {
    start(() -> {
      if (asked.get() < 1) {
        asked.incrementAndGet();
        return switch (kind) {
          case 0 -> null;
          case 1 -> "";
          default -> throw new StackOverflowError("for the test");
        };
      }
      return lasting(Duration.ofHours(1));
    });

    until(said(2, Duration.ofHours(1)));
    await().until(() -> connections() == 1);
    assertThat(server.said).containsOnlyOnce("CONNECT");
  }

  /** Bad user name or password, not authorized. */
  @ParameterizedTest
  @ValueSource(ints = {0x86, 0x87})
  void a_token_that_is_refused_is_not_the_last_one(int reason) {
    server.connectReason = reason;
    start(() -> lasting(Duration.ofHours(1)));
    until(said(2, Duration.ofHours(1)));
    server.connectReason = 0;

    await().until(() -> connections() == 1);
  }

  @Test
  void a_device_that_is_sent_away_at_the_end_of_its_token_comes_back_with_another()
      throws IOException {
    start(() -> lasting(Duration.ofHours(1)));
    await().until(() -> connections() == 1);

    server.disconnect(0x87);

    until(said(2, Duration.ofHours(1)));
    await().until(() -> connections() == 2);
  }

  @Test
  void a_device_that_was_taken_over_stays_away() throws IOException {
    start(() -> lasting(Duration.ofHours(1)));
    await().until(() -> connections() == 1);

    server.disconnect(0x8E);

    await().until(() -> changes.contains(new ConnectionChange.Ended("SESSION_TAKEN_OVER")));
  }

  @Test
  void a_server_that_does_not_know_the_method_gets_the_token_as_a_password() {
    server.knowsMethod = false;
    start(() -> lasting(Duration.ofHours(1)));

    await().until(() -> connections() == 1);
    assertThat(server.said)
        .contains(said(1, Duration.ofHours(1)), "PASSWORD " + token(2, Duration.ofHours(1)));
    assertThat(changes)
        .containsExactly(
            new ConnectionChange.Lost("BAD_AUTHENTICATION_METHOD", Duration.ofMillis(10)),
            new ConnectionChange.Connected());
  }

  @Test
  void but_only_until_that_connection_ends() throws IOException {
    server.knowsMethod = false;
    start(() -> lasting(Duration.ofHours(1)));
    await().until(() -> connections() == 1);
    server.knowsMethod = true;

    server.cut();

    until(said(3, Duration.ofHours(1)));
    await().until(() -> connections() == 2);
  }

  @Test
  void one_that_knows_neither_ends_the_attempts() {
    server.connectReason = 0x8C;
    start(() -> lasting(Duration.ofHours(1)));

    await().until(() -> changes.contains(new ConnectionChange.Ended("BAD_AUTHENTICATION_METHOD")));
    assertThat(connects()).isEqualTo(2);
  }

  // ---- In an open connection

  @Test
  void a_token_is_renewed_before_it_expires_without_reconnecting() {
    start(() -> lasting(asked.get() == 0 ? Duration.ofSeconds(2) : Duration.ofHours(1)));

    until("AUTH 0x19 " + token(2, Duration.ofHours(1)));
    assertThat(changes).containsExactly(new ConnectionChange.Connected());
    assertThat(connects()).isEqualTo(1);
  }

  @Test
  void and_again_each_time() {
    start(() -> lasting(Duration.ofSeconds(2)));

    until("AUTH 0x19 " + token(3, Duration.ofSeconds(2)));
    assertThat(connects()).isEqualTo(1);
  }

  @Test
  void a_server_that_cannot_check_the_new_token_gets_another() {
    server.authReason = 0x18;
    start(() -> lasting(asked.get() < 1 ? Duration.ofSeconds(2) : Duration.ofHours(1)));

    until("AUTH 0x19 " + token(2, Duration.ofHours(1)));
    until("AUTH 0x18 " + token(3, Duration.ofHours(1)));
    assertThat(connects()).isEqualTo(1);
  }

  @Test
  void if_there_is_no_new_token_the_supplier_is_asked_again_while_the_connection_is_served() {
    start(() -> {
      if (asked.get() == 1) {
        asked.incrementAndGet();
        throw new IOException("no network");
      }
      return lasting(asked.get() == 0 ? Duration.ofSeconds(2) : Duration.ofHours(1));
    });

    until("AUTH 0x19 " + token(3, Duration.ofHours(1)));
    assertThat(changes).containsExactly(new ConnectionChange.Connected());
  }

  @Test
  void a_supplier_that_does_not_return_stops_nothing() {
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    start(() -> {
      if (calls.incrementAndGet() > 1) {
        never.await();
      }
      return lasting(Duration.ofSeconds(2));
    });
    await().until(() -> calls.get() == 2);

    server.publish(7, "tidings/com.example.news/id-1", "{}");
    until("PUBACK 7");
    assertThat(shown).hasSize(1);
    client.close();
    assertThat(changes).endsWith(new ConnectionChange.Ended("closed"));
    never.countDown();
  }

  // ---- Closing

  @Test
  void a_client_may_be_closed_before_it_has_a_token() {
    CountDownLatch never = new CountDownLatch(1);
    CompletableFuture<?> connecting =
        start(() -> {
          never.await();
          return lasting(Duration.ofHours(1));
        });

    client.close();

    assertThat(changes).containsExactly(new ConnectionChange.Ended("closed"));
    assertThat(connecting).isCompletedExceptionally();
    assertThat(server.said).isEmpty();
    never.countDown();
  }

  @Test
  void the_supplier_is_interrupted_then() {
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    start(() -> {
      asked.incrementAndGet();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.complete(true);
        throw e;
      }
      return "";
    });
    await().until(() -> asked.get() == 1);

    client.close();

    assertThat(interrupted).succeedsWithin(Duration.ofSeconds(60));
    assertThat(changes).containsExactly(new ConnectionChange.Ended("closed"));
  }

  @Test
  void and_not_asked_any_more() throws IOException {
    Backoff days = new Backoff(Duration.ofDays(1), Duration.ofDays(1));
    start(() -> lasting(Duration.ofHours(1)), days, changes::add);
    await().until(() -> connections() == 1);
    server.cut();
    await().until(() -> changes.size() == 2);

    client.close();

    assertThat(changes).hasSize(3).endsWith(new ConnectionChange.Ended("closed"));
    assertThat(asked).hasValue(1);
  }

  @Test
  void and_between_two_attempts() {
    start(() -> {
      if (asked.get() > 0) {
        asked.incrementAndGet();
        throw new IOException("no network");
      }
      return lasting(Duration.ofHours(1));
    });
    server.connectReason = 0x86;
    await().until(() -> asked.get() > 2);

    client.close();

    assertThat(changes).endsWith(new ConnectionChange.Ended("closed"));
  }

  // ----

  /** The next token, which expires after that time. */
  private String lasting(Duration time) {
    return token(asked.incrementAndGet(), time);
  }

  private static String token(int number, Duration lasting) {
    String claims = "{\"n\":{\"exp\":1},\"exp\":%d}".formatted(NOW.plus(lasting).getEpochSecond());
    return "h."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(UTF_8))
        + ".token-"
        + number;
  }

  private static String said(int number, Duration lasting) {
    return "TOKEN " + token(number, lasting);
  }

  /** With the longest delays the back-off allows. */
  private CompletableFuture<?> start(TokenSupplier supplier) {
    return start(supplier, SHORT, changes::add);
  }

  private CompletableFuture<?> start(
      TokenSupplier supplier, Backoff backoff, ConnectionListener listener) {
    client =
        new DeviceClient(
            DeviceOptions.builder("127.0.0.1", server.port(), "phone-1")
                .backoff(backoff)
                .tokens(supplier)
                .build(),
            shown::add,
            listener,
            LongestDelays.DELAYS,
            Clock.fixed(NOW, ZoneOffset.UTC));
    return client.connect();
  }

  private long connections() {
    return changes.stream().filter(ConnectionChange.Connected.class::isInstance).count();
  }

  private long connects() {
    return server.said.stream().filter("CONNECT"::equals).count();
  }

  private void until(String said) {
    await().atMost(Duration.ofSeconds(60)).until(() -> server.said.contains(said));
  }
}
