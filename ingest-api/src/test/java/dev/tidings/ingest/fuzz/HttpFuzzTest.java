package dev.tidings.ingest.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes in on the port, nothing escapes, leaks or gets stuck, and the next good request is
 * answered. Each case has a seed and a connection of its own; many run side by side, for most of
 * them wait until the server has had enough. {@code -Dfuzz.seed=S} starts there, {@code
 * -Dfuzz.seconds=N} goes on for so long.
 *
 * <p>Shows G10 of docs/guarantees.md.
 */
final class HttpFuzzTest {
  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final Duration LONGER = Duration.ofSeconds(Long.getLong("fuzz.seconds", 0));
  private static final int CASES = 100;
  private static final int AT_ONCE = 50;
  private static final Duration SETTLES_WITHIN = Duration.ofSeconds(60);
  private static ResourceLeakDetector.Level before;

  private final FuzzedServer server = new FuzzedServer(Duration.ofSeconds(5));
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

  /** One thing a stranger does. */
  @FunctionalInterface
  private interface Visit {
    void run(Noise noise) throws IOException;
  }

  @BeforeAll
  static void watchEveryBuffer() {
    before = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
  }

  @AfterAll
  static void watchAsBefore() {
    ResourceLeakDetector.setLevel(before);
  }

  @BeforeEach
  void aGoodRequestIsAnswered() throws Exception {
    assertThat(goodRequest().statusCode()).isEqualTo(200);
  }

  @AfterEach
  void close() {
    http.close();
    server.close();
  }

  @Test
  void arbitrary_bytes_harm_nobody_else() throws Exception {
    fuzz(noise -> {
      try (Http2Client client = new Http2Client(server.port())) {
        switch (noise.below(4)) {
          case 0 -> client.write(noise.bytes(2_000));
          case 1 -> client.write(Noise.joined(Http2Client.preface(), noise.bytes(2_000)));
          case 2 -> client.write(noise.mutated(conversation(client, noise)));
          default -> client.write(noise.mutated(http1(noise)));
        }
        if (noise.oneIn(2)) {
          client.untilClosed();
        }
      }
    });
  }

  @Test
  void arbitrary_frames_harm_nobody_else() throws Exception {
    fuzz(noise -> {
      try (Http2Client client = new Http2Client(server.port())) {
        client.hello();
        for (int i = noise.below(15); i > 0; i--) {
          int type = noise.below(12);
          int stream = noise.oneIn(3) ? 0 : noise.below(8);
          byte[] payload =
              type == Http2Client.HEADERS && !noise.oneIn(4)
                  ? client.block(1, noise.headers())
                  : noise.oneIn(2)
                      ? new byte[new int[] {0, 4, 5, 6, 8}[noise.below(5)]]
                      : noise.bytes(100);
          client.write(Http2Client.frame(type, noise.below(256), stream, payload));
        }
        if (noise.oneIn(2)) {
          client.untilClosed();
        }
      }
    });
  }

  @Test
  void whatever_a_request_says_its_connection_goes_on() throws Exception {
    fuzz(noise -> {
      try (Http2Client client = new Http2Client(server.port())) {
        client.hello();
        int stream = 1;
        for (int i = 1 + noise.below(6); i > 0; i--, stream += 2) {
          converse(client, noise, stream);
        }
        client.headers(stream, goodHeaders(), false);
        client.data(stream, "{}".getBytes(StandardCharsets.UTF_8), true);
        assertThat(client.answer(stream)).isEqualTo("200");
      }
    });
  }

  @Test
  void a_body_may_be_cut_off_anywhere() throws Exception {
    fuzz(noise -> {
      try (Http2Client client = new Http2Client(server.port())) {
        client.hello();
        int stream = 1;
        for (int i = 1 + noise.below(6); i > 0; i--, stream += 2) {
          client.headers(stream, goodHeaders(), false);
          byte[] body = noise.body();
          int cut = noise.below(body.length + 1);
          client.data(stream, java.util.Arrays.copyOf(body, cut), false);
          if (noise.oneIn(3)) {
            client.data(
                stream, java.util.Arrays.copyOfRange(body, cut, body.length), noise.oneIn(2));
          }
          if (!noise.oneIn(3)) {
            client.reset(stream, noise.below(16));
          }
        }
        if (noise.oneIn(2)) {
          client.headers(stream, goodHeaders(), false);
          client.data(stream, "{}".getBytes(StandardCharsets.UTF_8), true);
          assertThat(client.answer(stream)).isEqualTo("200");
        }
      }
    });
  }

  private void fuzz(Visit visit) throws Exception {
    long until = System.nanoTime() + LONGER.dividedBy(4).toNanos();
    for (long seed = SEED; seed < SEED + CASES || System.nanoTime() < until; seed += AT_ONCE) {
      sideBySide(visit, seed);
      check(seed);
    }
    FuzzedServer.reportLeaks();
    assertThat(server.complaints()).as("leaks").isEmpty();
  }

  private static void sideBySide(Visit visit, long first) throws Exception {
    try (ExecutorService cases = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (long seed = first; seed < first + AT_ONCE; seed++) {
        long own = seed;
        all.add(cases.submit(() -> visit(visit, own)));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
  }

  private static void visit(Visit visit, long seed) {
    try {
      visit.run(new Noise(seed));
    } catch (IOException e) {
      // The server hung up in the midst of it, as it may: what counts is what follows.
      assertThat(e)
          .as("fuzz.seed=%d: the server neither answers nor hangs up", seed)
          .isNotInstanceOf(java.net.SocketTimeoutException.class);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("fuzz.seed=" + seed, e);
    }
  }

  /** That all is as if nobody had come. */
  private void check(long first) throws Exception {
    String cases = "fuzz.seed=%d to %d".formatted(first, first + AT_ONCE - 1);
    await(cases).atMost(SETTLES_WITHIN).until(() -> server.inFlight() == 0);
    // That of goodRequest() stays.
    await(cases).atMost(SETTLES_WITHIN).until(() -> server.connections() <= 1);
    assertThat(server.complaints()).as(cases).isEmpty();
    assertThat(goodRequest().statusCode()).as(cases).isEqualTo(200);
    server.forget();
  }

  private HttpResponse<String> goodRequest() throws Exception {
    return http.send(
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:" + server.port() + "/3/device/" + FuzzedServer.TOKEN.hex()))
            .header("apns-topic", FuzzedServer.APP)
            .POST(BodyPublishers.ofString("{}"))
            .build(),
        BodyHandlers.ofString());
  }

  /** A request within the rules of HTTP/2, whatever it says, and its end. */
  private static void converse(Http2Client client, Noise noise, int stream) throws IOException {
    byte[] body = noise.body();
    boolean bodiless = body.length == 0 && noise.oneIn(2);
    client.headers(stream, noise.wellFormedHeaders(body.length), bodiless);
    if (bodiless) {
      return;
    }
    int cut = noise.below(body.length + 1);
    client.data(stream, java.util.Arrays.copyOf(body, cut), false);
    client.data(stream, java.util.Arrays.copyOfRange(body, cut, body.length), true);
  }

  private static List<Map.Entry<String, String>> goodHeaders() {
    return List.of(
        Map.entry(":method", "POST"),
        Map.entry(":scheme", "http"),
        Map.entry(":authority", "localhost"),
        Map.entry(":path", "/3/device/" + FuzzedServer.TOKEN.hex()),
        Map.entry("apns-topic", FuzzedServer.APP));
  }

  private static byte[] conversation(Http2Client client, Noise noise) {
    return Noise.joined(
        Http2Client.preface(),
        Http2Client.frame(
            Http2Client.HEADERS, Http2Client.END_HEADERS, 1, client.block(1, goodHeaders())),
        Http2Client.frame(Http2Client.DATA, 0, 1, noise.body()),
        Http2Client.frame(Http2Client.PING, 0, 0, new byte[8]),
        Http2Client.frame(Http2Client.WINDOW_UPDATE, 0, 0, Http2Client.number(1_000)),
        Http2Client.frame(Http2Client.DATA, Http2Client.END_STREAM, 1, noise.body()));
  }

  private static byte[] http1(Noise noise) {
    byte[] body = noise.body();
    String length =
        noise.oneIn(3) ? "transfer-encoding: chunked" : "content-length: " + body.length;
    return Noise.joined(
        ("POST " + noise.path() + " HTTP/1.1\r\nhost: x\r\napns-topic: " + FuzzedServer.APP)
            .getBytes(StandardCharsets.ISO_8859_1),
        ("\r\n" + length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1),
        body);
  }
}
