package dev.tidings.infra.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A phone that ends after some notifications, at a node that has more of them. */
@Timeout(60)
class DeviceCommandTest {
  private static final int WAITING = 3;

  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Integer> confirmed = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  DeviceCommandTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  @Test
  void it_shows_and_confirms_as_many_as_it_was_told_to_however_many_wait() throws Exception {
    Thread.ofVirtual().start(this::serve);
    StringWriter out = new StringWriter();

    int code =
        Tidings.commandLine(new PrintWriter(out, true), new PrintWriter(out, true))
            .execute(
                "device", "--url", "mqtt://127.0.0.1:" + listener.getLocalPort(), "--count", "1");

    assertThat(code).isZero();
    gone.get(30, TimeUnit.SECONDS);
    assertThat(confirmed).containsExactly(1);
    assertThat(out.toString())
        .contains("id 00000000-0000-0000-0000-000000000001")
        .doesNotContain("000000000002");
  }

  @Test
  void a_phone_says_which_address_does_not_answer_and_how_to_start_a_service_and_goes_on()
      throws Exception {
    Thread.ofVirtual()
        .start(() -> {
          hangUp();
          serve();
        });
    StringWriter out = new StringWriter();
    String at = "127.0.0.1:" + listener.getLocalPort();

    int code =
        Tidings.commandLine(new PrintWriter(out, true), new PrintWriter(out, true))
            .execute("device", "--url", "mqtt://" + at, "--count", "1");

    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("cannot connect to " + at + ": ", "it goes on trying", "./tidings up")
        .contains("connected")
        .contains("id 00000000-0000-0000-0000-000000000001");
  }

  /** Closes a connection as soon as there is one. */
  private void hangUp() {
    try {
      listener.accept().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One connection, of MQTT 5; what waits is sent behind the SUBACK, all at once. */
  private void serve() {
    try (Socket socket = listener.accept()) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      int sent = 0;
      for (int first = in.read(); first >= 0; first = in.read()) {
        DataInputStream body =
            new DataInputStream(new ByteArrayInputStream(in.readNBytes(length(in))));
        switch (first >> 4) {
          case 1 -> out.write(packet(0x20, new byte[] {0, 0, 0}));
          case 3 -> {
            body.readUTF();
            int id = body.readUnsignedShort();
            out.write(packet(0x40, new byte[] {(byte) (id >> 8), (byte) id, 0, 0}));
          }
          case 4 -> confirmed.add(body.readUnsignedShort());
          case 8 -> {
            int id = body.readUnsignedShort();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(packet(0x90, new byte[] {(byte) (id >> 8), (byte) id, 0, 1}));
            while (sent < WAITING) {
              sent++;
              all.writeBytes(notification(sent));
            }
            out.write(all.toByteArray());
          }
          default -> {
            // DISCONNECT, behind which the connection ends.
          }
        }
      }
    } catch (IOException e) {
      // The phone has gone.
    }
    gone.complete(null);
  }

  private static int length(DataInputStream in) throws IOException {
    int length = 0;
    for (int shift = 0, digit = 128; digit >= 128; shift += 7) {
      digit = in.readUnsignedByte();
      length |= (digit & 127) << shift;
    }
    return length;
  }

  private static byte[] notification(int number) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF("tidings/com.example.news/00000000-0000-0000-0000-00000000000" + number);
    out.writeShort(number);
    out.write(0);
    out.write("{}".getBytes(UTF_8));
    return packet(0x32, bytes.toByteArray());
  }

  private static byte[] packet(int first, byte[] body) {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(first);
    packet.write(body.length);
    packet.writeBytes(body);
    return packet.toByteArray();
  }
}
