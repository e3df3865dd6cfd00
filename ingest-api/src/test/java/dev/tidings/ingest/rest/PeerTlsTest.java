package dev.tidings.ingest.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.auth.Decision;
import dev.tidings.auth.node.CertifiedNodes;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.http.limit.Bounds;
import dev.tidings.http.limit.Limits;
import dev.tidings.http.server.HttpServer;
import dev.tidings.http.server.Listener;
import dev.tidings.ingest.PeerAuthority;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.peer.NodePeerGate;
import dev.tidings.ingest.trace.TraceResult.Hop;
import dev.tidings.net.AcceptFailures;
import dev.tidings.net.EventLoops;
import dev.tidings.net.tls.ClientCertificates;
import dev.tidings.net.tls.MutualTls;
import dev.tidings.net.tls.TlsFiles;
import dev.tidings.service.net.ListenAddresses;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One ingest node asks another one within TLS, and so do others that are none. */
@Timeout(60)
class PeerTlsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration PAST = Duration.ofDays(-1);

  @TempDir Path directory;
  private PeerAuthority authority;
  private PeerAuthority strange;
  private final EventLoops loops =
      EventLoops.of("http", 1, new AcceptFailures("test", new SimpleMeterRegistry()));
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  @BeforeEach
  void authorities() throws Exception {
    authority = new PeerAuthority(directory.resolve("ours"));
    strange = new PeerAuthority(directory.resolve("strange"));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
    loops.close();
  }

  private <T extends AutoCloseable> T opened(T one) {
    opened.add(one);
    return one;
  }

  private MutualTls tls(Map<String, String> settings, String... names) throws Exception {
    CertifiedNodes nodes = new CertifiedNodes(List.of(names));
    return opened(
        MutualTls.start(
            "peers",
            new TlsFiles(
                Path.of(settings.get("peers.tls.certificate")),
                Path.of(settings.get("peers.tls.key")),
                Optional.of(Path.of(settings.get("peers.tls.ca"))),
                ClientCertificates.NEED),
            "http/1.1",
            each ->
                nodes.authenticate(InetAddress.getLoopbackAddress(), List.of(each))
                    instanceof Decision.Accepted<?>,
            InstantSource.system(),
            new SimpleMeterRegistry()));
  }

  /** A node that tells whether it believes. */
  private HttpServer node(MutualTls tls, boolean required, String... names) {
    KnownPeers peers = KnownPeers.byCertificate(required, new CertifiedNodes(List.of(names)));
    Listener within =
        Listener.of(
            new ListenAddresses(List.of(InetAddress.getLoopbackAddress())),
            0,
            Optional.of(tls.accepting()));
    return opened(
        HttpServer.start(
            loops,
            required ? within : within.alsoWithoutTls(),
            new Limits(new Bounds(100, 100, 100, 100), SOON, SOON, SOON, Duration.ZERO),
            new NodePeerGate(
                peers,
                refused::incrementAndGet,
                (request, exchange) -> {
                  asked.incrementAndGet();
                  exchange.respond(
                      Response.of(
                          HttpResponseStatus.OK,
                          (peers.believes(exchange) ? "believed" : "not believed")
                              .getBytes(StandardCharsets.US_ASCII)));
                  return BodyReader.DROPPED;
                }),
            Problem.RESPONSES));
  }

  private PeerClient client(MutualTls tls) {
    return opened(new PeerClient(SOON, Optional.of(tls.blocking())));
  }

  private PeerClient plainClient() {
    return opened(new PeerClient(SOON, Optional.empty()));
  }

  private static CompletableFuture<Response> ask(PeerClient client, int port) {
    return client.ask(
        new HostInfo("127.0.0.1", port),
        "GET",
        "/v1/notifications/x",
        Hop.BY_ID,
        "caller",
        Optional.empty());
  }

  private static String answer(PeerClient client, HttpServer node) throws Exception {
    Response response = ask(client, node.port()).get();
    return response.status().code() + " " + new String(response.body(), StandardCharsets.US_ASCII);
  }

  private void assertTurnedAway(PeerClient client, HttpServer node) {
    assertThatThrownBy(() -> answer(client, node)).isInstanceOf(ExecutionException.class);
    assertThat(asked).hasValue(0);
  }

  @Test
  void a_node_is_believed_whatever_address_it_has() throws Exception {
    HttpServer node = node(tls(authority.settings("a")), true);

    assertThat(answer(client(tls(authority.settings("b"))), node)).isEqualTo("200 believed");
  }

  @Test
  void one_with_a_certificate_of_another_authority_is_turned_away() throws Exception {
    HttpServer node = node(tls(authority.settings("a")), true);
    Map<String, String> foreign = new HashMap<>(strange.settings("b"));
    foreign.put("peers.tls.ca", authority.file().toString());

    assertTurnedAway(client(tls(foreign)), node);
  }

  @Test
  void one_whose_certificate_has_expired_is_turned_away() throws Exception {
    HttpServer node = node(tls(authority.settings("a")), true);

    assertTurnedAway(client(tls(authority.settings("b", PAST))), node);
  }

  @Test
  void one_without_a_certificate_is_turned_away() throws Exception {
    HttpServer node = node(tls(authority.settings("a")), true);
    SSLContext without = SSLContext.getInstance("TLS");
    without.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);

    assertTurnedAway(opened(new PeerClient(SOON, Optional.of(() -> without))), node);
  }

  @Test
  void one_without_tls_is_turned_away_once_it_is_required() throws Exception {
    HttpServer node = node(tls(authority.settings("a")), true);

    assertTurnedAway(plainClient(), node);
  }

  @Test
  void on_the_way_to_tls_either_is_served() throws Exception {
    HttpServer node = node(tls(authority.settings("a")), false);

    assertThat(answer(plainClient(), node)).isEqualTo("200 believed");
    assertThat(answer(client(tls(authority.settings("b"))), node)).isEqualTo("200 believed");
  }

  @Test
  void nothing_is_sent_to_a_node_of_another_authority() throws Exception {
    Map<String, String> foreign = new HashMap<>(strange.settings("a"));
    foreign.put("peers.tls.ca", authority.file().toString());

    assertTurnedAway(client(tls(authority.settings("b"))), node(tls(foreign), true));
  }

  @Test
  void nothing_is_sent_to_a_node_whose_certificate_has_expired() throws Exception {
    assertTurnedAway(
        client(tls(authority.settings("b"))), node(tls(authority.settings("a", PAST)), true));
  }

  @Test
  void nothing_is_sent_to_one_of_another_name() throws Exception {
    assertTurnedAway(
        client(tls(authority.settings("b"), "c.nodes.example")),
        node(tls(authority.settings("a")), true));
  }

  @Test
  void nothing_is_sent_to_a_node_without_tls() throws Exception {
    CompletableFuture<byte[]> first = new CompletableFuture<>();
    try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> serveWithoutTls(plain, first));

      CompletableFuture<Response> answer =
          ask(client(tls(authority.settings("b"))), plain.getLocalPort());

      assertThat(first.get()).containsExactly(22, 3);
      assertThat(answer).failsWithin(SOON);
    }
  }

  /** Whoever else has come upon the port, and says nothing, holds nobody up. */
  private static void serveWithoutTls(ServerSocket plain, CompletableFuture<byte[]> first) {
    try {
      while (true) {
        Socket socket = plain.accept();
        Thread.ofVirtual().start(() -> answerWithoutTls(socket, first));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private static void answerWithoutTls(Socket socket, CompletableFuture<byte[]> first) {
    try (socket) {
      byte[] begin = socket.getInputStream().readNBytes(2);
      socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      first.complete(begin);
    } catch (IOException e) {
      first.completeExceptionally(e);
    }
  }

  @Test
  void one_of_another_name_is_told_so_and_counted() throws Exception {
    HttpServer node = node(tls(authority.settings("a")), true, "*.other.example");

    assertThat(answer(client(tls(authority.settings("b"))), node))
        .isEqualTo(
            "403 {\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,\"detail\":\"certificate:"
                + " of another name (expected: a node's)\"}");
    assertThat(asked).hasValue(0);
    assertThat(refused).hasValue(1);
  }

  @Test
  void a_new_certificate_and_a_new_authority_count_without_a_restart() throws Exception {
    Map<String, String> settings = authority.settings("a");
    MutualTls accepting = tls(settings);
    MutualTls connecting = tls(authority.settings("b"));
    HttpServer node = node(accepting, true);
    PeerClient client = client(connecting);
    assertThat(answer(client, node)).isEqualTo("200 believed");

    Map<String, String> next = strange.settings("a");
    for (String file : List.of("peers.tls.certificate", "peers.tls.key")) {
      Files.copy(
          Path.of(next.get(file)),
          Path.of(settings.get(file)),
          StandardCopyOption.REPLACE_EXISTING);
    }
    accepting.reload();
    // The connection that is open goes on under the old one; a new context opens another.
    Files.writeString(
        authority.file(), Files.readString(authority.file()) + Files.readString(strange.file()));
    accepting.reload();
    connecting.reload();

    assertThat(answer(client, node)).isEqualTo("200 believed");
    Files.copy(strange.file(), authority.file(), StandardCopyOption.REPLACE_EXISTING);
    accepting.reload();
    asked.set(0);
    assertTurnedAway(client(connecting), node);
  }

  @Test
  void at_the_port_for_providers_nobody_is_believed_once_a_proof_is_required() throws Exception {
    KnownPeers peers = KnownPeers.byCertificate(true, new CertifiedNodes(List.of()));
    MutualTls tls = tls(authority.settings("a"));
    HttpServer providers =
        opened(
            HttpServer.start(
                loops,
                new ListenAddresses(List.of(InetAddress.getLoopbackAddress())),
                0,
                Optional.of(tls.accepting()),
                new Limits(new Bounds(100, 100, 100, 100), SOON, SOON, SOON, Duration.ZERO),
                (request, exchange) -> {
                  exchange.respond(
                      Response.of(
                          HttpResponseStatus.OK,
                          (peers.believes(exchange) ? "believed" : "not believed")
                              .getBytes(StandardCharsets.US_ASCII)));
                  return BodyReader.DROPPED;
                },
                Problem.RESPONSES));

    assertThat(answer(client(tls), providers)).isEqualTo("200 not believed");
  }
}
