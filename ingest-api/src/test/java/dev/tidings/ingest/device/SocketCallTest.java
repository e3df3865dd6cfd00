package dev.tidings.ingest.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.net.Lookups;
import dev.tidings.schemas.question.QuestionFrame;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A question over a real connection. */
@Timeout(60)
class SocketCallTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final byte[] QUESTION = "what".getBytes(UTF_8);

  private final ServerSocket node;
  private final Lookups lookups = new Lookups(InetAddress::getAllByName, "test-names", 1);
  private final SocketCall call = new SocketCall(Optional.empty(), lookups, System::nanoTime);

  SocketCallTest() throws IOException {
    node = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    node.close();
    lookups.close();
  }

  private interface Answering {
    void to(Socket socket) throws IOException;
  }

  private void answer(Answering answering) {
    Thread.ofVirtual()
        .start(() -> {
          try (Socket socket = node.accept()) {
            answering.to(socket);
          } catch (IOException e) {
            // The other side has gone.
          }
        });
  }

  private byte[] ask(Duration atMost) throws IOException {
    return call.ask("127.0.0.1:" + node.getLocalPort(), QUESTION, atMost);
  }

  @Test
  void the_question_comes_behind_a_header_and_the_answer_behind_its_length() throws Exception {
    answer(socket -> {
      byte[] expected = QuestionFrame.of(QUESTION);
      byte[] read = new DataInputStream(socket.getInputStream()).readNBytes(expected.length);
      var out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(read.length + 20_000);
      out.write(read);
      out.write(new byte[20_000]);
    });
    assertThat(ask(LONG))
        .startsWith(QuestionFrame.of(QUESTION))
        .hasSize(QuestionFrame.of(QUESTION).length + 20_000);
  }

  @Test
  void a_node_that_says_nothing_or_too_little_is_not_waited_for_longer_than_told() {
    answer(socket -> {
      socket.getOutputStream().write(0);
      socket.getInputStream().readAllBytes();
    });
    long began = System.nanoTime();
    assertThatThrownBy(() -> ask(Duration.ofMillis(300))).isInstanceOf(IOException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONG);
  }

  @Test
  void one_that_closes_and_one_that_promises_too_much_have_no_answer() {
    answer(socket -> socket.getInputStream().readNBytes(QuestionFrame.of(QUESTION).length));
    assertThatThrownBy(() -> ask(LONG)).isInstanceOf(IOException.class);

    answer(socket ->
        new DataOutputStream(socket.getOutputStream())
            .writeInt(QuestionFrame.MOST_ANSWER_BYTES + 1));
    assertThatThrownBy(() -> ask(LONG)).isInstanceOf(IOException.class);
  }

  @Test
  void where_nobody_listens_and_what_is_no_address_there_is_no_answer() throws Exception {
    node.close();
    assertThatThrownBy(() -> ask(LONG)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> call.ask("nowhere", QUESTION, LONG))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("HOST:PORT");
  }
}
