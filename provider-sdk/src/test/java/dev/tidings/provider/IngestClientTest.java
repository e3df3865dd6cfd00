package dev.tidings.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
  private volatile Optional<String> retryAfter = Optional.empty();
  private final List<String> paths = new CopyOnWriteArrayList<>();

  @BeforeEach
  void setUp() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          authorizations.add(exchange.getRequestHeaders().getOrDefault("authorization", List.of()));
          paths.add(exchange.getRequestURI().getRawPath());
          retryAfter.ifPresent(after -> exchange.getResponseHeaders().set("retry-after", after));
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

  @Test
  void an_answer_whose_body_does_not_come_is_no_answer() throws Exception {
    try (var stalled = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerWithHeadOnly(stalled));
      URI url = URI.create("http://127.0.0.1:" + stalled.getLocalPort());
      try (HttpClient http = HttpClient.newHttpClient()) {
        var calls =
            new IngestCalls(
                url,
                Optional.empty(),
                http,
                new ObjectMapper(),
                Duration.ofSeconds(1),
                new Semaphore(1));

        assertThatThrownBy(() -> calls.answer(calls.request("/v1/audit").build()))
            .isInstanceOf(NoAnswerException.class)
            .hasMessage(url + " does not answer within 1 s");
        http.shutdownNow();
      }
    }
  }

  private static void answerWithHeadOnly(ServerSocket stalled) {
    try (Socket socket = stalled.accept()) {
      socket
          .getOutputStream()
          .write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".getBytes(US_ASCII));
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The client has gone.
    }
  }

  @Test
  void when_to_come_again_is_told_as_the_service_says_it() throws Exception {
    status = 429;
    retryAfter = Optional.of("7");
    body = "{\"reason\":\"TooManyRequests\"}";
    try (var client = client(Optional.empty())) {
      assertThat(client.send(PUSH))
          .isEqualTo(
              new SendAnswer.Rejected(429, "TooManyRequests", Optional.of(Duration.ofSeconds(7))));
      assertThatThrownBy(client::audit)
          .isInstanceOfSatisfying(
              TryLaterException.class,
              e ->
                  assertThat(e.retryAfter())
                      .hasValueSatisfying(after -> assertThat(after).hasSeconds(7)));

      retryAfter = Optional.of("Fri, 31 Dec 1999 23:59:59 GMT");
      assertThatThrownBy(client::audit)
          .isInstanceOfSatisfying(
              TryLaterException.class, e -> assertThat(e.retryAfter()).isEmpty());
    }
  }

  @Test
  void a_trace_is_not_asked_for_again_before_the_service_wants_that() {
    status = 503;
    retryAfter = Optional.of("60");
    try (var client = client(Optional.empty())) {
      assertThatThrownBy(() -> client.awaitTrace("an-id", Duration.ofMillis(300), Trace::isFinal))
          .isInstanceOf(TryLaterException.class);
      // At first, and when the time is over.
      assertThat(paths).hasSizeLessThanOrEqualTo(2);
    }
  }

  @Test
  void a_slash_at_the_end_of_the_url_is_none_of_the_path() throws Exception {
    try (var client = new IngestClient(URI.create(url() + "/"), Optional.empty())) {
      client.send(PUSH);
      client.trace("an-id");

      assertThat(paths).containsExactly("/3/device/00ff", "/v1/notifications/an-id");
    }
  }

  @Test
  void a_token_is_part_of_a_path_and_never_leads_to_another() throws Exception {
    try (var client = client(Optional.empty())) {
      client.send(new PushRequest("../../v1/apps/a/replay?x=1#", Map.of(), "{}"));
      client.send(new PushRequest("00ff\n", Map.of(), "{}"));
      client.trace("../audit");

      assertThat(paths)
          .containsExactly(
              "/3/device/%2E%2E%2F%2E%2E%2Fv1%2Fapps%2Fa%2Freplay%3Fx%3D1%23",
              "/3/device/00ff%0A", "/v1/notifications/%2E%2E%2Faudit");
    }
  }

  @Test
  void a_request_waits_where_the_service_takes_one_at_a_time() throws Exception {
    try (var one = new OneStreamServer();
        var client = new IngestClient(one.url(), Optional.empty())) {
      var first = new FutureTask<>(() -> client.send(PUSH));
      Thread.ofVirtual().start(first);
      one.awaitFirst();
      // By then the client knows the connection as one for others too.
      assertThatThrownBy(() -> first.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      var second = new FutureTask<>(() -> client.send(PUSH));
      Thread.ofVirtual().start(second);
      // Were it not to wait, it would have failed by then.
      assertThatThrownBy(() -> second.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      one.answerFirst();

      assertThat(first.get()).isInstanceOf(SendAnswer.Accepted.class);
      assertThat(second.get()).isInstanceOf(SendAnswer.Accepted.class);
    }
  }

  private IngestClient client(Optional<Credential> credential) {
    return new IngestClient(url(), credential);
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }
}
