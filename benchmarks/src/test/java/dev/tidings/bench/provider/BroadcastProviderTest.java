package dev.tidings.bench.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidings.infra.process.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BroadcastProviderTest {
  private final List<String> credentials = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private BroadcastProvider provider;
  private volatile String state = "running";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    provider =
        new BroadcastProvider(
            new HostPort("localhost", server.getAddress().getPort()),
            "com.example.bench",
            Optional.of("bearer the-token"),
            100);
  }

  @AfterEach
  void close() {
    provider.close();
    server.stop(0);
  }

  @Test
  void each_request_proves_who_sends() throws Exception {
    String path = provider.send("everybody", 0);
    BroadcastProvider.Progress progress = provider.progress(path);

    assertThat(progress).isEqualTo(new BroadcastProvider.Progress("running", 7));
    assertThat(credentials).containsExactly("bearer the-token", "bearer the-token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rejected", "stopped", "expired"})
  void a_broadcast_that_will_not_be_completed_is_not_waited_for(String ending) {
    state = ending;

    assertThatIllegalStateException()
        .isThrownBy(() -> provider.progress("/v1/broadcasts/1"))
        .withMessageContaining(ending);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      credentials.add(String.valueOf(exchange.getRequestHeaders().getFirst("authorization")));
      boolean sends = exchange.getRequestMethod().equals("POST");
      String body =
          sends
              ? "{\"broadcast\":\"/v1/broadcasts/1\"}"
              : "{\"state\":\"%s\",\"sent\":7}".formatted(state);
      byte[] bytes = body.getBytes(UTF_8);
      exchange.sendResponseHeaders(sends ? 202 : 200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
