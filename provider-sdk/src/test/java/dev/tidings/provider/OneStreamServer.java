package dev.tidings.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.CountDownLatch;

/**
 * Speaks HTTP/2 after an upgrade, and takes one stream of a connection at a time, as ingest-api
 * does until a provider has proved who it is. Answers the first when it is told to, the others at
 * once.
 */
final class OneStreamServer implements AutoCloseable {
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int ACK = 1;
  private static final int END_STREAM_AND_HEADERS = 5;
  private static final byte STATUS_200 = (byte) 0x88;

  private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  private final CountDownLatch limitKnown = new CountDownLatch(1);
  private final CountDownLatch answered = new CountDownLatch(1);

  OneStreamServer() throws IOException {
    Thread.ofVirtual().start(this::accept);
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** Waits until the first request is there, and its client knows that there may be no other. */
  void awaitFirst() throws InterruptedException {
    limitKnown.await();
  }

  void answerFirst() {
    answered.countDown();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket accepted) {
    try (Socket client = accepted) {
      InputStream in = client.getInputStream();
      OutputStream out = client.getOutputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.read());
      }
      in.readNBytes("{}".length());
      out.write(
          "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n"
              .getBytes(US_ASCII));
      byte[] oneStream = {0, 3, 0, 0, 0, 1};
      write(out, SETTINGS, 0, 0, oneStream);
      in.readNBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
      Thread.ofVirtual().start(() -> answerFirst(out));
      for (byte[] frame = in.readNBytes(9); frame.length == 9; frame = in.readNBytes(9)) {
        in.readNBytes((frame[1] & 0xff) << 8 | frame[2] & 0xff);
        if (frame[3] == SETTINGS && frame[4] == ACK) {
          limitKnown.countDown();
        } else if (frame[3] == SETTINGS) {
          write(out, SETTINGS, ACK, 0);
        } else if (frame[3] == HEADERS) {
          write(out, HEADERS, END_STREAM_AND_HEADERS, frame[8], STATUS_200);
        }
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  private void answerFirst(OutputStream out) {
    try {
      answered.await();
      write(out, HEADERS, END_STREAM_AND_HEADERS, 1, STATUS_200);
    } catch (IOException e) {
      // The client has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void write(
      OutputStream out, int type, int flags, int stream, byte... payload) throws IOException {
    byte[] head = {0, 0, (byte) payload.length, (byte) type, (byte) flags, 0, 0, 0, (byte) stream};
    out.write(head);
    out.write(payload);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
