package dev.tidings.ingest.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.tidings.auth.device.jwt.keys.HostCheck;
import dev.tidings.net.AcceptFailures;
import dev.tidings.net.EventLoops;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookClientTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final byte[] BODY = "{\"type\":\"receipts\"}".getBytes(StandardCharsets.UTF_8);
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  private final List<String> got = new CopyOnWriteArrayList<>();
  private final HttpServer endpoint = endpoint();
  private final EventLoops loops =
      EventLoops.of("webhooks", 1, new AcceptFailures("failures", new SimpleMeterRegistry()));

  private HttpServer endpoint() {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(HERE, 0), 0);
      server.createContext(
          "/",
          exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            got.add(
                "%s %s %s %s %s"
                    .formatted(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI(),
                        exchange.getRequestHeaders().getFirst("Host"),
                        exchange.getRequestHeaders().getFirst("Webhook-Id"),
                        new String(body, StandardCharsets.UTF_8)));
            String path = exchange.getRequestURI().getPath();
            exchange.getResponseHeaders().add("Retry-After", "7");
            exchange.getResponseHeaders().add("Location", "/200");
            int status = Integer.parseInt(path.substring(1));
            byte[] answer = new byte[200_000];
            try {
              exchange.sendResponseHeaders(status, answer.length);
              exchange.getResponseBody().write(answer);
            } catch (IOException e) {
              // It reads no more than it wants.
            } finally {
              exchange.close();
            }
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() {
    endpoint.stop(0);
    loops.close();
  }

  private WebhookClient client(Set<String> hosts, Duration timeout, InetAddress... found) {
    return new WebhookClient(loops, HostCheck.namedOnly(hosts), _ -> found, timeout);
  }

  private URI uri(String path) {
    return URI.create("http://hooks.example.com:" + endpoint.getAddress().getPort() + path);
  }

  private static WebhookOutcome post(WebhookClient client, URI uri) throws InterruptedException {
    return client.post(uri, Map.of("webhook-id", "msg_1"), BODY);
  }

  private WebhookClient named(Duration timeout) {
    return client(Set.of("hooks.example.com"), timeout, HERE);
  }

  @Test
  void a_request_is_sent_as_it_is_and_only_the_head_of_the_answer_matters() throws Exception {
    assertThat(post(named(LONG), uri("/202?key=a%20b")))
        .isEqualTo(new WebhookOutcome.Answered(202, Optional.of(Duration.ofSeconds(7))));
    assertThat(got)
        .containsExactly(
            "POST /202?key=a%20b hooks.example.com:"
                + endpoint.getAddress().getPort()
                + " msg_1 {\"type\":\"receipts\"}");
  }

  @Test
  void a_redirect_is_not_followed() throws Exception {
    assertThat(post(named(LONG), uri("/302"))).isInstanceOf(WebhookOutcome.Answered.class);
    assertThat(got).hasSize(1);
  }

  /** What a name of a stranger may lead to. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "::1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "fd00::1",
        "fe80::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "224.0.0.1",
        "255.255.255.255",
      })
  void an_address_that_is_not_public_is_not_connected_to(String address) throws Exception {
    WebhookOutcome answer =
        post(
            client(Set.of(), LONG, InetAddress.getByName(address)),
            URI.create("https://rebound.example.com/200"));

    assertThat(answer)
        .isInstanceOfSatisfying(
            WebhookOutcome.Failed.class,
            failed -> assertThat(failed.why()).contains("is not public"));
    assertThat(got).isEmpty();
  }

  @Test
  void one_private_address_among_public_ones_is_enough_to_refuse() throws Exception {
    WebhookOutcome answer =
        post(
            client(Set.of(), LONG, InetAddress.getByName("93.184.216.34"), HERE),
            URI.create("https://rebound.example.com/200"));

    assertThat(answer).isInstanceOf(WebhookOutcome.Failed.class);
  }

  @Test
  void without_tls_only_hosts_that_are_named_are_asked() throws Exception {
    assertThat(post(client(Set.of("other.example.com"), LONG, HERE), uri("/200")))
        .isInstanceOfSatisfying(
            WebhookOutcome.Failed.class,
            failed -> assertThat(failed.why()).contains("webhooks.hosts"));
    assertThat(got).isEmpty();
  }

  @Test
  void an_endpoint_without_a_trusted_certificate_gets_nothing() throws Exception {
    HttpsServer untrusted = HttpsServer.create(new InetSocketAddress(HERE, 0), 0);
    untrusted.setHttpsConfigurator(new HttpsConfigurator(selfSigned()));
    untrusted.createContext("/", exchange -> got.add("a request"));
    untrusted.start();
    try {
      assertThat(
              post(
                  named(LONG),
                  URI.create("https://hooks.example.com:" + untrusted.getAddress().getPort())))
          .isInstanceOfSatisfying(
              WebhookOutcome.Failed.class,
              failed -> assertThat(failed.why()).contains("certificate is not trusted"));
    } finally {
      untrusted.stop(0);
    }
    assertThat(got).isEmpty();
  }

  /** For the right name, issued by nobody. */
  private static SSLContext selfSigned() throws Exception {
    X509Bundle bundle =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=hooks.example.com")
            .addSanDnsName("hooks.example.com")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(bundle.toKeyManagerFactory().getKeyManagers(), null, null);
    return tls;
  }

  @Test
  void one_that_does_not_speak_tls_gets_nothing() throws Exception {
    assertThat(
            post(
                named(Duration.ofMillis(200)),
                URI.create("https://hooks.example.com:" + endpoint.getAddress().getPort())))
        .isInstanceOf(WebhookOutcome.Failed.class);
    assertThat(got).isEmpty();
  }

  @Test
  void one_that_does_not_answer_is_not_waited_for() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, HERE)) {
      assertThat(
              post(
                  named(Duration.ofMillis(200)),
                  URI.create("http://hooks.example.com:" + silent.getLocalPort())))
          .isEqualTo(new WebhookOutcome.Failed("no answer within 200 ms"));
    }
  }

  @Test
  void one_that_speaks_something_else_fails() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, HERE)) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket accepted = other.accept()) {
              accepted
                  .getOutputStream()
                  .write("SSH-2.0-x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
              accepted.getInputStream().readAllBytes();
            } catch (IOException e) {
              // Closed.
            }
          });
      assertThat(post(named(LONG), URI.create("http://hooks.example.com:" + other.getLocalPort())))
          .isInstanceOf(WebhookOutcome.Failed.class);
    }
  }

  @Test
  void nobody_there_fails() throws Exception {
    // Has the port, so that nobody else comes to listen there.
    try (Socket silent = new Socket()) {
      silent.bind(new InetSocketAddress(HERE, 0));
      assertThat(post(named(LONG), URI.create("http://hooks.example.com:" + silent.getLocalPort())))
          .isEqualTo(new WebhookOutcome.Failed("it can't be connected to"));
    }
  }

  @Test
  void of_several_addresses_the_first_that_can_be_connected_to_is_used() throws Exception {
    InetAddress nobody = InetAddress.getByName("127.255.255.254");

    assertThat(post(client(Set.of("hooks.example.com"), LONG, nobody, HERE), uri("/200")))
        .isInstanceOf(WebhookOutcome.Answered.class);
    assertThat(got).hasSize(1);
  }

  @Test
  void an_answer_whose_body_never_ends_is_one() throws Exception {
    try (ServerSocket endless = new ServerSocket(0, 1, HERE)) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket accepted = endless.accept()) {
              accepted
                  .getOutputStream()
                  .write(
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"
                          .getBytes(StandardCharsets.US_ASCII));
              accepted.getInputStream().readAllBytes();
            } catch (IOException e) {
              // Closed.
            }
          });
      assertThat(
              post(named(LONG), URI.create("http://hooks.example.com:" + endless.getLocalPort())))
          .isEqualTo(new WebhookOutcome.Answered(200, Optional.empty()));
    }
  }

  @Test
  void a_name_that_does_not_come_is_waited_for_no_longer_than_an_answer_and_asked_for_once()
      throws Exception {
    var asked = new AtomicInteger();
    var come = new CountDownLatch(1);
    WebhookClient client =
        new WebhookClient(
            loops,
            HostCheck.namedOnly(Set.of("hooks.example.com")),
            _ -> {
              asked.incrementAndGet();
              try {
                come.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return new InetAddress[] {HERE};
            },
            Duration.ofMillis(200));
    try (client) {
      for (int i = 0; i < 2; i++) {
        assertThat(post(client, uri("/200")))
            .isEqualTo(new WebhookOutcome.Failed("its host was not found within 200 ms"));
      }
      assertThat(asked).hasValue(1);
    } finally {
      come.countDown();
    }
  }
}
