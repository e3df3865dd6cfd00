package dev.tidings.device;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Just enough of an MQTT 5 server, written by hand, to see what a device says to it. */
final class ScriptedServer implements AutoCloseable {
  private static final String METHOD = "tidings-jwt";
  private static final int BAD_AUTHENTICATION_METHOD = 0x8C;

  /**
   * What was read, such as {@code CONNECT}, {@code PUBACK 7}, {@code PUBLISH $tidings/register}.
   */
  final List<String> said = new CopyOnWriteArrayList<>();

  volatile int connectReason;

  /** Whether it knows the method by which a device sends its token; if not, it says so. */
  volatile boolean knowsMethod = true;

  /** What an AUTH is answered: 0x00, or 0x18 once and then 0x00; -1: nothing. */
  volatile int authReason;

  /** What a PUBLISH is answered. */
  volatile int pubAckReason;

  /** What CONNACK has as its Server Reference; empty: none. */
  volatile String reference = "";

  private final ServerSocket listener;
  private volatile Socket current;
  private volatile boolean byMethod;

  ScriptedServer() throws IOException {
    this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
  }

  /** On a socket that is made otherwise, such as one for TLS. */
  ScriptedServer(ServerSocket listener) {
    this.listener = listener;
    Thread.ofVirtual().start(this::serve);
  }

  int port() {
    return listener.getLocalPort();
  }

  ServerAddress address() {
    return new ServerAddress("127.0.0.1", port());
  }

  private void serve() {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept()) {
        current = socket;
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (read(in)) {}
      } catch (IOException e) {
        said.add("GONE");
      }
    }
  }

  private boolean read(DataInputStream in) throws IOException {
    int first = in.read();
    if (first < 0) {
      return false;
    }
    int length = 0;
    for (int shift = 0, digit = 128; digit >= 128; shift += 7) {
      digit = in.readUnsignedByte();
      length |= (digit & 127) << shift;
    }
    DataInputStream body =
        new DataInputStream(new java.io.ByteArrayInputStream(in.readNBytes(length)));
    switch (first >> 4) {
      case 1 -> {
        said.add("CONNECT");
        byte[] bytes = body.readAllBytes();
        if (new String(bytes, UTF_8).contains("tidings-redirect")) {
          said.add("ACCEPTS REDIRECT");
        }
        credentials(new String(bytes, ISO_8859_1));
        write(0x20, connAck());
      }
      case 3 -> {
        String topic = body.readUTF();
        int id = body.readUnsignedShort();
        body.readByte();
        said.add("PUBLISH " + topic + " " + new String(body.readAllBytes(), UTF_8));
        write(0x40, new byte[] {(byte) (id >> 8), (byte) id, (byte) pubAckReason, 0});
      }
      case 4 -> said.add("PUBACK " + body.readUnsignedShort());
      case 8 -> {
        int id = body.readUnsignedShort();
        body.skipBytes(body.readUnsignedByte());
        said.add("SUBSCRIBE " + body.readUTF());
        write(0x90, new byte[] {(byte) (id >> 8), (byte) id, 0, 1});
      }
      case 14 -> said.add("DISCONNECT");
      case 15 -> auth(new String(body.readAllBytes(), ISO_8859_1));
      default -> said.add("TYPE " + (first >> 4));
    }
    return true;
  }

  /** Says how the device proves itself: {@code TOKEN …} by the method, or {@code PASSWORD …}. */
  private void credentials(String connect) {
    byMethod = connect.contains(METHOD);
    if (byMethod) {
      said.add("TOKEN " + token(connect));
    } else if ((connect.charAt(7) & 0x40) != 0) {
      said.add("PASSWORD " + connect.substring(connect.lastIndexOf('\0') + 2));
    }
  }

  /** The Authentication Data, which follow the method; shorter than 256 bytes. */
  private static String token(String packet) {
    int data = packet.indexOf(METHOD) + METHOD.length();
    int length = packet.charAt(data + 2);
    return packet.substring(data + 3, data + 3 + length);
  }

  private void auth(String packet) throws IOException {
    said.add("AUTH 0x%02x %s".formatted((int) packet.charAt(0), token(packet)));
    int reason = authReason;
    if (reason >= 0) {
      authReason = 0;
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.write(reason);
      bytes.write(3 + METHOD.length());
      bytes.writeBytes(method());
      write(0xF0, bytes.toByteArray());
    }
  }

  private static byte[] method() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(0x15);
    out.writeUTF(METHOD);
    return bytes.toByteArray();
  }

  private byte[] connAck() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    int reason = byMethod && !knowsMethod ? BAD_AUTHENTICATION_METHOD : connectReason;
    out.write(new byte[] {0, (byte) reason});
    if (byMethod && reason == 0) {
      out.write(3 + METHOD.length());
      out.write(method());
      return bytes.toByteArray();
    }
    out.write(reference.isEmpty() ? 0 : 3 + reference.length());
    if (!reference.isEmpty()) {
      out.write(0x1C);
      out.writeUTF(reference);
    }
    return bytes.toByteArray();
  }

  void publish(int id, String topic, String payload) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeUTF(topic);
      out.writeShort(id);
      // One user property: a=b.
      out.write(new byte[] {7, 0x26, 0, 1, 'a', 0, 1, 'b'});
      out.write(payload.getBytes(UTF_8));
      write(0x32, bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void disconnect(int reason) throws IOException {
    write(0xE0, new byte[] {(byte) reason, 0});
  }

  void cut() throws IOException {
    current.close();
  }

  private synchronized void write(int first, byte[] body) throws IOException {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(first);
    packet.write(body.length);
    packet.writeBytes(body);
    current.getOutputStream().write(packet.toByteArray());
  }

  @Override
  public void close() throws IOException {
    listener.close();
    if (current != null) {
      current.close();
    }
  }
}
