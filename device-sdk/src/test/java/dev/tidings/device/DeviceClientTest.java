package dev.tidings.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import dev.tidings.device.receive.NotificationListener;
import dev.tidings.device.receive.ReceivedNotification;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeviceClientTest {
  private static final String APP = "com.example.news";
  private static final Backoff QUICK = new Backoff(Duration.ofMillis(10), Duration.ofMillis(50));

  private final ScriptedServer server = server();
  private final List<ReceivedNotification> shown = new CopyOnWriteArrayList<>();
  private final List<ConnectionChange> changes = new CopyOnWriteArrayList<>();
  private DeviceClient client = client(shown::add);

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void registration_is_answered_with_the_token() {
    client.connect().join();

    CompletableFuture<String> token = client.register(APP);
    until("PUBLISH $tidings/register {\"app\":\"com.example.news\"}");
    server.publish(1, "$tidings/registered", "{\"app\":\"com.example.news\",\"token\":\"cafe\"}");

    assertThat(token).succeedsWithin(Duration.ofSeconds(60)).isEqualTo("cafe");
    until("PUBACK 1");
  }

  @Test
  void notifications_are_subscribed_to_over_each_connection() throws IOException {
    client.connect().join();
    until("SUBSCRIBE tidings/#");
    server.said.clear();

    server.cut();
    until("SUBSCRIBE tidings/#");
  }

  @Test
  void a_registration_is_asked_for_again_over_the_next_connection() throws IOException {
    client.connect().join();
    CompletableFuture<String> token = client.register(APP);
    until("PUBLISH $tidings/register {\"app\":\"com.example.news\"}");
    server.said.clear();

    server.cut();
    until("PUBLISH $tidings/register {\"app\":\"com.example.news\"}");
    server.publish(1, "$tidings/registered", "{\"app\":\"com.example.news\",\"token\":\"cafe\"}");

    assertThat(token).succeedsWithin(Duration.ofSeconds(60)).isEqualTo("cafe");
  }

  @Test
  void a_notification_reaches_the_listener_with_its_properties_and_is_confirmed() {
    client.connect().join();

    server.publish(7, "tidings/com.example.news/id-1", "{\"aps\":{}}");
    until("PUBACK 7");

    assertThat(shown).hasSize(1);
    assertThat(shown.getFirst().id()).isEqualTo("id-1");
    assertThat(shown.getFirst().app()).isEqualTo(APP);
    assertThat(shown.getFirst().payload()).asString().isEqualTo("{\"aps\":{}}");
    assertThat(shown.getFirst().properties()).containsEntry("a", "b");
  }

  @Test
  void what_was_shown_and_opened_is_told_and_a_refusal_is_heard_of() {
    client.connect().join();
    server.publish(7, "tidings/com.example.news/id-1", "{}");
    until("PUBACK 7");

    assertThat(client.displayed(shown.getFirst())).succeedsWithin(Duration.ofSeconds(60));
    assertThat(client.opened(shown.getFirst())).succeedsWithin(Duration.ofSeconds(60));
    assertThat(server.said)
        .containsSubsequence(
            "PUBLISH $tidings/displayed {\"id\":\"id-1\",\"app\":\"com.example.news\"}",
            "PUBLISH $tidings/opened {\"id\":\"id-1\",\"app\":\"com.example.news\"}");

    server.pubAckReason = 0x97;
    assertThat(client.opened(shown.getFirst())).failsWithin(Duration.ofSeconds(60));
  }

  @Test
  void what_was_in_hand_when_the_connection_went_is_confirmed_over_the_next_and_blocks_nothing()
      throws IOException {
    client.close();
    CountDownLatch hold = new CountDownLatch(1);
    client =
        client(notification -> {
          hold.await();
          shown.add(notification);
        });
    client.connect().join();
    for (int id = 1; id <= 3; id++) {
      server.publish(id, "tidings/com.example.news/id-" + id, "{}");
    }
    // Messages are taken in order: once this answer is, the three before it are in hand.
    CompletableFuture<String> token = client.register(APP);
    server.publish(4, "$tidings/registered", "{\"app\":\"" + APP + "\",\"token\":\"t\"}");
    assertThat(token).succeedsWithin(Duration.ofSeconds(60));

    // The receive maximum is 4: had the old ones kept their places, these would be too many.
    server.cut();
    await().until(() -> changes.stream().filter(this::isConnected).count() == 2);
    for (int id = 1; id <= 4; id++) {
      server.publish(id, "tidings/com.example.news/id-" + id, "{}");
    }
    hold.countDown();
    until("PUBACK 4");

    assertThat(shown)
        .extracting(ReceivedNotification::id)
        .containsExactly("id-1", "id-2", "id-3", "id-4");
    assertThat(server.said).contains("PUBACK 1", "PUBACK 2", "PUBACK 3");
    server.publish(5, "tidings/com.example.news/id-5", "{}");
    until("PUBACK 5");
  }

  @Test
  void a_listener_that_throws_keeps_the_device_from_nothing() throws IOException {
    client.close();
    changes.clear();
    client =
        client(
            shown::add,
            change -> {
              changes.add(change);
              throw new IllegalStateException("the application's own");
            },
            QUICK);
    client.connect().join();
    until("SUBSCRIBE tidings/#");
    server.said.clear();

    server.cut();
    until("SUBSCRIBE tidings/#");
    server.publish(1, "tidings/com.example.news/id-1", "{}");
    until("PUBACK 1");
    client.close();
    assertThat(changes).endsWith(new ConnectionChange.Ended("closed"));
  }

  @Test
  void a_device_that_was_taken_over_stays_away() throws IOException {
    client.connect().join();

    server.disconnect(0x8E);

    await().until(() -> changes.contains(new ConnectionChange.Ended("SESSION_TAKEN_OVER")));
    assertThat(changes).noneMatch(ConnectionChange.Lost.class::isInstance);
  }

  @Test
  void a_server_that_moved_is_come_back_to() throws IOException {
    client.connect().join();

    server.disconnect(0x9D);

    await().until(() -> changes.stream().filter(this::isConnected).count() == 2);
  }

  @Test
  void a_refusal_for_good_ends_the_attempts() {
    server.connectReason = 0x86;

    assertThat(client.connect())
        .failsWithin(Duration.ofSeconds(60))
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(Mqtt5ConnAckException.class);
    assertThat(changes).containsExactly(new ConnectionChange.Ended("BAD_USER_NAME_OR_PASSWORD"));
  }

  @Test
  void closing_disconnects_once_however_often_it_is_called() {
    client.connect().join();

    client.close();
    client.close();

    until("DISCONNECT");
    assertThat(server.said).containsOnlyOnce("DISCONNECT");
    assertThat(changes).endsWith(new ConnectionChange.Ended("closed"));
  }

  @Test
  void closing_does_not_wait_for_the_next_attempt() throws IOException {
    client.close();
    server.connectReason = 0x88;
    client = client(shown::add, new Backoff(Duration.ofHours(1), Duration.ofHours(1)));
    CompletableFuture<?> connecting = client.connect();
    await().until(() -> changes.stream().anyMatch(ConnectionChange.Lost.class::isInstance));

    client.close();

    assertThat(changes).endsWith(new ConnectionChange.Ended("closed"));
    await().until(connecting::isCompletedExceptionally);
  }

  private void until(String said) {
    await().atMost(Duration.ofSeconds(60)).until(() -> server.said.contains(said));
  }

  private boolean isConnected(ConnectionChange change) {
    return change instanceof ConnectionChange.Connected;
  }

  private DeviceClient client(NotificationListener listener) {
    return client(listener, QUICK);
  }

  private DeviceClient client(NotificationListener listener, Backoff backoff) {
    return client(listener, changes::add, backoff);
  }

  private DeviceClient client(
      NotificationListener listener, ConnectionListener connection, Backoff backoff) {
    return new DeviceClient(
        DeviceOptions.builder("127.0.0.1", server.port(), "phone-1")
            .receiveMaximum(4)
            .rememberedIds(100)
            .backoff(backoff)
            .build(),
        listener,
        connection);
  }

  private static ScriptedServer server() {
    try {
      return new ScriptedServer();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
