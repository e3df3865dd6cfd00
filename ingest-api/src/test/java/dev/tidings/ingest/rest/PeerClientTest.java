package dev.tidings.ingest.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.http.Response;
import dev.tidings.ingest.trace.TraceResult.Hop;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Another node that is asked for a trace, and may stand still at any time.
 *
 * <p>Shows G140 of docs/guarantees.md.
 */
@Timeout(60)
class PeerClientTest {
  private static final Duration SOON = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ServerSocket server;
  private final PeerClient nodes = new PeerClient(SOON, Optional.empty());

  PeerClientTest() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    nodes.close();
    server.close();
  }

  private CompletableFuture<Response> ask() {
    return ask(nodes);
  }

  private CompletableFuture<Response> ask(PeerClient client) {
    return client.ask(
        new HostInfo(server.getInetAddress().getHostAddress(), server.getLocalPort()),
        "GET",
        "/v1/notifications/x",
        Hop.BY_ID,
        "caller",
        Optional.empty());
  }

  @Test
  void what_it_answers_is_passed_on() throws Exception {
    // The first request of a client takes long on a busy machine.
    try (PeerClient patient = new PeerClient(PATIENCE, Optional.empty())) {
      CompletableFuture<Response> asked = ask(patient);
      try (Socket node = server.accept()) {
        write(node, "HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\nretry-after: 1\r\n\r\n{}");

        Response answer = asked.get();

        assertThat(answer.status().code()).isEqualTo(404);
        assertThat(answer.body()).asString(StandardCharsets.US_ASCII).isEqualTo("{}");
        assertThat(answer.fields()).hasSize(4);
      }
    }
  }

  @Test
  void one_that_says_nothing_is_given_up() throws Exception {
    CompletableFuture<Response> asked = ask();
    try (Socket node = server.accept()) {
      await().atMost(PATIENCE).until(asked::isCompletedExceptionally);
      assertThat(node.isConnected()).isTrue();
    }
  }

  @Test
  void one_that_says_nothing_in_the_time_of_a_question_is_hung_up_on() throws Exception {
    try (PeerClient patient = new PeerClient(PATIENCE, Optional.empty())) {
      HostInfo there =
          new HostInfo(server.getInetAddress().getHostAddress(), server.getLocalPort());
      CompletableFuture<Response> asked =
          patient.ask(there, "/nodes/accepted?keys=x", Map.of("tidings-accepted", "seal"), SOON);
      try (Socket node = server.accept()) {
        node.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        String request =
            new String(node.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

        assertThat(request).startsWith("GET /nodes/accepted?keys=x HTTP/1.1\r\n");
        assertThat(request).contains("tidings-accepted: seal\r\n");
        await().atMost(PATIENCE).until(asked::isCompletedExceptionally);
      }
    }
  }

  @Test
  void one_that_stands_still_in_the_midst_of_its_answer_is_given_up() throws Exception {
    CompletableFuture<Response> asked = ask();
    try (Socket node = server.accept()) {
      write(node, "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{");

      await().atMost(PATIENCE).until(asked::isCompletedExceptionally);
    }
  }

  @Test
  void one_whose_answer_does_not_end_is_given_up() throws Exception {
    try (PeerClient patient = new PeerClient(PATIENCE, Optional.empty())) {
      CompletableFuture<Response> asked = ask(patient);
      try (Socket node = server.accept()) {
        Thread.ofVirtual()
            .start(() -> {
              try {
                write(node, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + " ".repeat(9 << 20));
              } catch (IOException e) {
                // It was heard out no further.
              }
            });

        assertThat(asked)
            .failsWithin(PATIENCE)
            .withThrowableThat()
            .withRootCauseInstanceOf(IOException.class)
            .withStackTraceContaining("capacity");
      }
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
