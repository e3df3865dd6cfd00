package dev.tidings.ingest.device;

import dev.tidings.net.Lookups;
import dev.tidings.schemas.question.QuestionFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.kafka.common.utils.Utils;

/** Asks over a connection for each question, as {@link QuestionFrame} has it. */
final class SocketCall implements NodeCall {
  private static final int CHUNK = 8 << 10;
  private static final Duration CONNECT = Duration.ofSeconds(1);

  private final Optional<Supplier<SSLContext>> tls;
  private final Lookups lookups;
  private final LongSupplier nanoTime;

  /**
   * @param tls gives the context of a connection, in which the other end proves that it is a node;
   *     empty without TLS
   * @param lookups finds the addresses of nodes that are given by names
   * @param nanoTime as {@link System#nanoTime}
   */
  SocketCall(Optional<Supplier<SSLContext>> tls, Lookups lookups, LongSupplier nanoTime) {
    this.tls = tls;
    this.lookups = lookups;
    this.nanoTime = nanoTime;
  }

  @Override
  public byte[] ask(String node, byte[] question, Duration atMost) throws IOException {
    long end = nanoTime.getAsLong() + atMost.toNanos();
    String host = Utils.getHost(node);
    Integer port = Utils.getPort(node);
    if (host == null || port == null) {
      throw new IOException("address: " + node + " (expected: HOST:PORT)");
    }
    try (Socket plain = new Socket()) {
      plain.connect(
          new InetSocketAddress(find(host, end), port),
          Math.min(millisTo(end), Math.toIntExact(CONNECT.toMillis())));
      if (tls.isEmpty()) {
        return exchange(plain, question, end);
      }
      SSLContext context = tls.get().get();
      try (SSLSocket within =
          (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
        SSLParameters parameters = within.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {QuestionFrame.TLS_PROTOCOL});
        within.setSSLParameters(parameters);
        within.setSoTimeout(millisTo(end));
        within.startHandshake();
        return exchange(within, question, end);
      }
    }
  }

  private InetAddress find(String host, long end) throws IOException {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      // A name.
    }
    try {
      return lookups.find(host).get(millisTo(end), TimeUnit.MILLISECONDS)[0];
    } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
      throw new IOException(host + ": its address is not found", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopping");
    }
  }

  private byte[] exchange(Socket socket, byte[] question, long end) throws IOException {
    socket.getOutputStream().write(QuestionFrame.of(question));
    int length = ByteBuffer.wrap(read(socket, Integer.BYTES, end)).getInt();
    if (length < 0 || length > QuestionFrame.MOST_ANSWER_BYTES) {
      throw new IOException(
          "answer: %d bytes (expected: at most %d)"
              .formatted(length, QuestionFrame.MOST_ANSWER_BYTES));
    }
    return read(socket, length, end);
  }

  /** Reads so many bytes; memory is taken for those that have come. */
  private byte[] read(Socket socket, int length, long end) throws IOException {
    InputStream in = socket.getInputStream();
    var bytes = new ByteArrayOutputStream(Math.min(length, CHUNK));
    byte[] chunk = new byte[Math.min(Math.max(1, length), CHUNK)];
    while (bytes.size() < length) {
      socket.setSoTimeout(millisTo(end));
      int read = in.read(chunk, 0, Math.min(chunk.length, length - bytes.size()));
      if (read < 0) {
        throw new IOException("closed without an answer: no node of this installation or version");
      }
      bytes.write(chunk, 0, read);
    }
    return bytes.toByteArray();
  }

  private int millisTo(long end) throws SocketTimeoutException {
    long millis = TimeUnit.NANOSECONDS.toMillis(end - nanoTime.getAsLong());
    if (millis <= 0) {
      throw new SocketTimeoutException("no answer in time");
    }
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }
}
