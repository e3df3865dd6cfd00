package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.http.BodyReader;
import dev.tidings.http.BodyWriter;
import dev.tidings.http.Problem;
import dev.tidings.http.ResponseSource;
import dev.tidings.http.StreamingResponse;
import dev.tidings.http.limit.Bounds;
import dev.tidings.http.limit.Limits;
import dev.tidings.net.AcceptFailures;
import dev.tidings.net.EventLoops;
import dev.tidings.service.net.ListenAddresses;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streaming responses to real clients that do not read all at once. */
@Timeout(120)
class SlowReaderTest {
  private static final int PART = 16 * 1024;
  private static final long BYTES = 96L << 20;

  /** What the sockets' buffers of both ends take, and the windows of the JDK's client. */
  private static final long ON_ITS_WAY = 48L << 20;

  private final Counter source = new Counter();
  private final EventLoops loops =
      EventLoops.of("http", 0, new AcceptFailures("test", new SimpleMeterRegistry()));
  private final HttpServer server =
      HttpServer.start(
          loops,
          new ListenAddresses(List.of(InetAddress.getLoopbackAddress())),
          0,
          Optional.empty(),
          new Limits(
              new Bounds(10, 10, 10, 10),
              Duration.ofMinutes(1),
              Duration.ofMinutes(1),
              Duration.ofMinutes(1),
              Duration.ofMillis(100)),
          (request, exchange) -> {
            exchange.respond(StreamingResponse.of(HttpResponseStatus.OK, source));
            return BodyReader.DROPPED;
          },
          Problem.RESPONSES);

  @AfterEach
  void close() {
    server.close();
    loops.close();
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void what_is_produced_is_no_more_than_a_slow_reader_takes(HttpClient.Version version)
      throws Exception {
    source.left.set(BYTES);
    try (HttpClient http = HttpClient.newBuilder().version(version).build();
        InputStream body = http.send(request(), BodyHandlers.ofInputStream()).body()) {
      await().untilTrue(source.waits);
      assertThat(source.produced.get()).isLessThan(ON_ITS_WAY);

      byte[] some = new byte[1 << 20];
      long read = 0;
      long most = 0;
      for (int n = body.read(some); n >= 0; n = body.read(some)) {
        read += n;
        most = Math.max(most, source.produced.get() - read);
      }

      assertThat(read).isEqualTo(BYTES);
      assertThat(most).isLessThan(ON_ITS_WAY);
      assertThat(source.cancelled).isFalse();
    }
  }

  private HttpRequest request() {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/")).build();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void an_endless_source_with_nothing_to_send_learns_that_its_client_has_gone() throws Exception {
    source.endless.set(true);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readNBytes(12)).endsWith('2', '0', '0');
      assertThat(source.cancelled).isFalse();
    }
    await().untilTrue(source.cancelled);
    await().until(() -> server.connections() == 0);
  }

  @Test
  void a_source_whose_client_goes_away_in_between_is_told() throws Exception {
    source.left.set(Long.MAX_VALUE);
    try (HttpClient http = HttpClient.newBuilder().build()) {
      try (InputStream body = http.send(request(), BodyHandlers.ofInputStream()).body()) {
        assertThat(body.readNBytes(PART)).hasSize(PART);
      }
      await().untilTrue(source.cancelled);
    }
  }

  /** Produces as many bytes as it is told to. */
  private static final class Counter implements ResponseSource {
    private final AtomicLong left = new AtomicLong();
    private final AtomicLong produced = new AtomicLong();
    private final AtomicBoolean waits = new AtomicBoolean();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final AtomicBoolean endless = new AtomicBoolean();

    @Override
    public boolean isEndless() {
      return endless.get();
    }

    @Override
    public void produce(BodyWriter out) {
      while (left.get() > 0 && out.isWritable()) {
        out.write(new byte[PART]);
        produced.addAndGet(PART);
        if (left.addAndGet(-PART) == 0) {
          out.end();
        }
      }
      if (left.get() > 0) {
        waits.set(true);
      }
    }

    @Override
    public void cancelled() {
      cancelled.set(true);
    }
  }
}
