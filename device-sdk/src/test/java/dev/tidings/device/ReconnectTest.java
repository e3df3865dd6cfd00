package dev.tidings.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a device goes when it is sent away. */
final class ReconnectTest {
  private static final int USE_ANOTHER = 0x9C;
  private static final Backoff SHORT = new Backoff(Duration.ofMillis(10), Duration.ofMillis(80));

  private final ScriptedServer first = new ScriptedServer();
  private final ScriptedServer second = new ScriptedServer();
  private final List<ConnectionChange> changes = new CopyOnWriteArrayList<>();
  private DeviceClient client;

  ReconnectTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    client.close();
    first.close();
    second.close();
  }

  @Test
  void a_redirect_is_asked_for_and_followed_at_once() {
    refer(first, second.address() + " other:1");

    start(options());

    until(second, "CONNECT");
    await().until(() -> connections() == 1);
    assertThat(first.said).contains("ACCEPTS REDIRECT");
    assertThat(changes)
        .first()
        .isEqualTo(new ConnectionChange.Lost("USE_ANOTHER_SERVER", Duration.ZERO));
  }

  @Test
  void a_server_referred_to_that_does_not_answer_leads_back() throws IOException {
    refer(first, second.address().toString());
    second.close();

    start(options());
    await().until(() -> changes.size() >= 2);
    first.connectReason = 0;

    await().until(() -> connections() == 1);
    assertThat(second.said).doesNotContain("CONNECT");
  }

  @Test
  void servers_that_send_a_device_to_and_fro_are_backed_off_from() {
    refer(first, second.address().toString());
    refer(second, first.address().toString());

    start(options());

    await().until(() -> changes.size() >= 6);
    assertThat(changes)
        .extracting(change -> ((ConnectionChange.Lost) change).retryIn().toMillis())
        .startsWith(0L, 10L, 20L, 40L, 80L, 80L);
  }

  @Test
  void redirects_may_be_turned_off() {
    refer(first, second.address().toString());

    start(options().redirects(false));
    await().until(() -> changes.size() >= 2);

    assertThat(first.said).doesNotContain("ACCEPTS REDIRECT");
    assertThat(second.said).isEmpty();
  }

  @Test
  void a_reference_nobody_understands_is_a_refusal_like_others() {
    refer(first, "somewhere else");

    start(options().servers(List.of(first.address(), second.address())));

    await().until(() -> connections() == 1);
    assertThat(second.said).contains("CONNECT");
  }

  @Test
  void when_the_first_server_is_gone_the_next_one_is_tried() throws IOException {
    first.close();

    start(options().servers(List.of(first.address(), second.address())));

    await().until(() -> connections() == 1);
    assertThat(second.said).contains("CONNECT");
  }

  /** Server shutting down, server busy, server moved. */
  @ParameterizedTest
  @ValueSource(ints = {0x8B, 0x89, 0x9D})
  void a_device_that_is_sent_away_comes_back(int reason) throws IOException {
    start(options());
    await().until(() -> connections() == 1);

    first.disconnect(reason);

    await().until(() -> connections() == 2);
  }

  /** Server unavailable, server busy, connection rate exceeded. */
  @ParameterizedTest
  @ValueSource(ints = {0x88, 0x89, 0x9F})
  void a_device_that_is_not_taken_now_asks_again_later_and_later(int reason) {
    first.connectReason = reason;

    start(options());
    await().until(() -> changes.size() >= 4);
    first.connectReason = 0;

    await().until(() -> connections() == 1);
    assertThat(changes.subList(0, 4))
        .extracting(change -> ((ConnectionChange.Lost) change).retryIn().toMillis())
        .containsExactly(10L, 20L, 40L, 80L);
  }

  @Test
  void a_ca_file_without_certificates_is_refused(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("ca.pem"), "nothing");
    DeviceOptions options = options().tls(file).build();
    start(options());

    assertThatThrownBy(() -> new DeviceClient(options, notification -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ca: " + file + " (expected: certificates in PEM)");
  }

  private static void refer(ScriptedServer server, String reference) {
    server.reference = reference;
    server.connectReason = USE_ANOTHER;
  }

  private DeviceOptions.Builder options() {
    return DeviceOptions.builder("127.0.0.1", first.port(), "phone-1").backoff(SHORT);
  }

  /** With the longest delays the back-off allows. */
  private void start(DeviceOptions.Builder options) {
    client =
        new DeviceClient(
            options.build(),
            notification -> {},
            changes::add,
            LongestDelays.DELAYS,
            Clock.systemUTC());
    var _ = client.connect();
  }

  private long connections() {
    return changes.stream().filter(ConnectionChange.Connected.class::isInstance).count();
  }

  private static void until(ScriptedServer server, String said) {
    await().until(() -> server.said.contains(said));
  }
}
