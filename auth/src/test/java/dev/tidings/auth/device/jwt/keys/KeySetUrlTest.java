package dev.tidings.auth.device.jwt.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class KeySetUrlTest {
  private static final HostCheck NOBODY_NAMED = new HostCheck(Set.of());

  private final HttpClient client = KeySetUrl.client();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    client.shutdownNow();
    threads.shutdownNow();
  }

  private KeySetUrl url(Duration timeout) {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
    return new KeySetUrl(uri, NOBODY_NAMED, client, timeout);
  }

  private KeySetUrl url() {
    return url(Duration.ofSeconds(60));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void the_body_of_a_200_is_read() throws Exception {
    byte[] body = "{\"keys\":[]}".getBytes(StandardCharsets.UTF_8);
    server.createContext("/jwks", exchange -> answer(exchange, 200, body));

    assertThat(url().read()).isEqualTo(body);
  }

  @Test
  void any_other_status_is_a_failure_and_redirections_are_not_followed() {
    server.createContext(
        "/jwks",
        exchange -> {
          exchange.getResponseHeaders().add("location", "/elsewhere");
          answer(exchange, 302, new byte[0]);
        });

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> url().read())
        .withMessage("status 302 (expected: 200)");
  }

  @Test
  void a_body_without_end_is_not_read_to_its_end() {
    server.createContext(
        "/jwks",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] some = new byte[8192];
          while (end.getCount() > 0) {
            exchange.getResponseBody().write(some);
          }
        });

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> url().read())
        .withMessageContaining(Integer.toString(KeySource.MAX_BYTES));
  }

  @Test
  void a_body_that_does_not_come_is_not_waited_for() {
    server.createContext(
        "/jwks",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          await();
        });

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> url(Duration.ofMillis(300)).read())
        .withMessage("no answer within PT0.3S");
  }

  private void await() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void an_answer_that_does_not_come_is_not_waited_for() {
    server.createContext("/jwks", _ -> await());

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> url(Duration.ofMillis(300)).read());
  }

  @Test
  void nobody_who_listens_is_a_failure() throws Exception {
    // Has the port, so that nobody else comes to listen there.
    try (Socket silent = new Socket()) {
      silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      KeySetUrl nobody =
          new KeySetUrl(
              URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/"), NOBODY_NAMED, client);

      assertThatExceptionOfType(IOException.class).isThrownBy(nobody::read);
    }
  }

  @Test
  void a_private_address_is_not_asked() {
    KeySetUrl internal =
        new KeySetUrl(URI.create("https://169.254.169.254/latest"), NOBODY_NAMED, client);

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(internal::read)
        .withMessage("169.254.169.254 has the address 169.254.169.254, which is not public");
  }
}
