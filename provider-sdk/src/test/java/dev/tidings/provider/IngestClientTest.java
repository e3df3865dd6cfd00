package dev.tidings.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngestClientTest {
  private static final PushRequest PUSH = new PushRequest("00ff", Map.of(), "{}");

  private final List<List<String>> authorizations = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private volatile int status = 200;
  private volatile String body = "{}";

  @BeforeEach
  void setUp() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          authorizations.add(exchange.getRequestHeaders().getOrDefault("authorization", List.of()));
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void tearDown() {
    server.stop(0);
  }

  @Test
  void the_credential_is_in_every_request() throws Exception {
    try (var client = client(Optional.of(Credential.apiKey("tid_a_s3cret")))) {
      client.send(PUSH);
      client.trace("an-id");

      assertThat(authorizations)
          .containsExactly(List.of("Bearer tid_a_s3cret"), List.of("Bearer tid_a_s3cret"));
    }
  }

  @Test
  void without_a_credential_there_is_no_such_field() throws Exception {
    try (var client = client(Optional.empty())) {
      client.send(PUSH);
      client.trace("an-id");

      assertThat(authorizations).containsExactly(List.of(), List.of());
    }
  }

  @Test
  void a_client_does_not_show_its_secret() {
    try (var client = client(Optional.of(Credential.apiKey("tid_a_s3cret")))) {
      assertThat(client).hasToString("IngestClient[%s, Credential[API key]]".formatted(url()));
    }
    try (var client = client(Optional.empty())) {
      assertThat(client).hasToString("IngestClient[%s, no credential]".formatted(url()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void a_refused_credential_is_told_apart_from_other_failures_of_a_trace(int refusal) {
    status = refusal;
    body = "{\"title\":\"Unauthorized\",\"status\":401,\"detail\":\"the key is unknown\"}";

    try (var client = client(Optional.of(Credential.apiKey("tid_a_s3cret")))) {
      // At once: patience would not help.
      assertThatThrownBy(() -> client.awaitTrace("an-id", Duration.ofHours(1), Trace::isFinal))
          .isInstanceOfSatisfying(
              NotAuthorizedException.class,
              e -> {
                assertThat(e.status()).isEqualTo(refusal);
                assertThat(e.reason()).isEqualTo("Unauthorized, the key is unknown");
              })
          .hasMessageContaining("answered " + refusal)
          .hasMessageNotContaining("s3cret");
    }
  }

  @Test
  void a_refused_credential_is_told_apart_from_other_rejections() throws Exception {
    try (var client = client(Optional.empty())) {
      status = 403;
      body = "{\"reason\":\"MissingProviderToken\"}";
      assertThat(client.send(PUSH))
          .isInstanceOfSatisfying(
              SendAnswer.Rejected.class, refusal -> assertThat(refusal.isForCredential()).isTrue())
          .isEqualTo(new SendAnswer.Rejected(403, "MissingProviderToken"));

      status = 400;
      body = "{\"reason\":\"BadDeviceToken\"}";
      assertThat(client.send(PUSH))
          .isInstanceOfSatisfying(
              SendAnswer.Rejected.class,
              refusal -> assertThat(refusal.isForCredential()).isFalse());
    }
  }

  private IngestClient client(Optional<Credential> credential) {
    return new IngestClient(url(), credential);
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }
}
