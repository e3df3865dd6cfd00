package dev.tidings.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.BodyReader;
import dev.tidings.http.BodyWriter;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.ResponseSource;
import dev.tidings.http.StreamingResponse;
import dev.tidings.http.body.Body;
import dev.tidings.http.body.BodyListener;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.http.limit.Bounds;
import dev.tidings.http.limit.Limits;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.http.route.Router;
import dev.tidings.net.AcceptFailures;
import dev.tidings.net.EventLoops;
import dev.tidings.net.tls.ClientTrust;
import dev.tidings.net.tls.ServerContexts;
import dev.tidings.service.net.ListenAddresses;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that others have written: curl (Debian: curl) and h2load (Debian: nghttp2-client). */
@Timeout(120)
class HttpToolsIT {
  private static final int LARGE = 3 << 20;
  private static final int LIMIT = 4 << 20;

  /** Of 8 bytes: 8 MiB, more than the buffers of both sockets take. */
  private static final int LINES = 1 << 20;

  @TempDir private Path directory;
  private final EventLoops loops =
      EventLoops.of("http", 0, new AcceptFailures("test", new SimpleMeterRegistry()));
  private HttpServer plain;
  private HttpServer tls;

  @BeforeEach
  void start() throws Exception {
    plain = start(Optional.empty());
    SslContext context =
        ServerContexts.of(
            "https",
            TestIdentity.of(TestIdentity.bundle()),
            ClientTrust.NONE,
            List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1));
    tls = start(Optional.of(() -> context));
  }

  private HttpServer start(Optional<Supplier<SslContext>> context) {
    Duration aMinute = Duration.ofMinutes(1);
    return HttpServer.start(
        loops,
        new ListenAddresses(List.of(InetAddress.getLoopbackAddress())),
        0,
        context,
        new Limits(
            new Bounds(100, 100, 10_000, 10_000), aMinute, aMinute, aMinute, Duration.ofSeconds(1)),
        Router.builder(Problem.RESPONSES)
            .route("GET", PathTemplate.of("/hello"), HttpToolsIT::hello)
            .route("POST", PathTemplate.of("/echo"), HttpToolsIT::echo)
            .route("GET", PathTemplate.of("/stream"), HttpToolsIT::stream)
            .build(),
        Problem.RESPONSES);
  }

  @AfterEach
  void stop() {
    plain.close();
    tls.close();
    loops.close();
  }

  private static BodyReader hello(Request request, Exchange exchange) {
    exchange.respond(
        Response.of(HttpResponseStatus.OK, "hello".getBytes(StandardCharsets.US_ASCII)));
    return BodyReader.DROPPED;
  }

  private static BodyReader echo(Request request, Exchange exchange) {
    return new Body(LIMIT, new BodyMemory(LIMIT), new Echo(exchange), null);
  }

  private static BodyReader stream(Request request, Exchange exchange) {
    exchange.respond(StreamingResponse.of(HttpResponseStatus.OK, new Lines()));
    return BodyReader.DROPPED;
  }

  private String url(String path) {
    return "http://127.0.0.1:" + plain.port() + path;
  }

  private String secure(String path) {
    return "https://localhost:" + tls.port() + path;
  }

  private String run(String... command) throws Exception {
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(output, StandardCharsets.ISO_8859_1);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  private String curl(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "curl",
                "-q",
                "-sS",
                "--noproxy",
                "*",
                "--insecure",
                "-w",
                "|%{http_version} %{response_code}"));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  @Tag("curl")
  @ParameterizedTest
  @CsvSource({
    "--http1.1, 1.1",
    "--http1.0, 1.1",
    "--http2, 2",
    "--http2-prior-knowledge, 2",
  })
  void curl_is_answered_in_the_version_it_asks_for(String option, String version) throws Exception {
    assertThat(curl(option, url("/hello"))).isEqualTo("hello|" + version + " 200");
  }

  @Tag("curl")
  @ParameterizedTest
  @CsvSource({"--http1.1, 1.1", "--http2, 2"})
  void curl_negotiates_its_version_within_tls(String option, String version) throws Exception {
    assertThat(curl(option, secure("/hello"))).isEqualTo("hello|" + version + " 200");
  }

  @Tag("curl")
  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge"})
  void curl_gets_the_header_without_the_body(String option) throws Exception {
    assertThat(curl(option, "--head", url("/hello"))).contains(" 200").doesNotContain("hello");
  }

  @Tag("curl")
  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge"})
  void curl_is_told_which_methods_there_are(String option) throws Exception {
    assertThat(curl(option, "-i", "-X", "DELETE", url("/hello")))
        .containsIgnoringCase("allow: GET, HEAD, OPTIONS")
        .contains("content-type: application/problem+json")
        .endsWith(" 405");
    assertThat(curl(option, url("/nothing"))).endsWith(" 404");
  }

  @Tag("curl")
  @ParameterizedTest
  @CsvSource({
    "--http1.1, content-type: text/plain",
    "--http1.1, transfer-encoding: chunked",
    "--http1.1, 'expect: 100-continue'",
    "--http2-prior-knowledge, content-type: text/plain",
    "--http2-prior-knowledge, 'expect: 100-continue'",
    "--http2, content-type: text/plain",
  })
  void curl_gets_back_what_it_sends(String option, String header) throws Exception {
    Path body = directory.resolve("body");
    String text = "0123456789abcdef".repeat(LARGE / 16);
    Files.writeString(body, text);

    String answer = curl(option, "-H", header, "--data-binary", "@" + body, url("/echo"));

    assertThat(answer.startsWith(text)).isTrue();
    assertThat(answer).endsWith(" 200");
  }

  @Tag("curl")
  @ParameterizedTest
  @ValueSource(strings = {"--http1.0", "--http1.1", "--http2-prior-knowledge", "--http2"})
  void curl_gets_a_stream_line_by_line_and_its_end(String option) throws Exception {
    Path body = directory.resolve("body");

    assertThat(curl(option, "-o", body.toString(), url("/stream"))).endsWith(" 200");

    assertThat(Files.size(body)).isEqualTo((long) LINES * Lines.LINE_BYTES);
    try (Stream<String> lines = Files.lines(body)) {
      assertThat(lines.mapToInt(Integer::parseInt).toArray())
          .isEqualTo(IntStream.range(0, LINES).toArray());
    }
    assertThat(curl(option, "--head", url("/stream"))).contains(" 200").doesNotContain("0000000");
  }

  @Tag("curl")
  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge"})
  void a_curl_that_reads_slowly_has_little_kept_for_it_and_others_are_answered(String option)
      throws Exception {
    Process slow =
        new ProcessBuilder(
                "curl", "-q", "-sS", "--noproxy", "*", option, "--limit-rate", "2M", url("/stream"))
            .redirectOutput(directory.resolve("slow").toFile())
            .start();
    try {
      long most = 0;
      while (!slow.waitFor(200, TimeUnit.MILLISECONDS)) {
        most = Math.max(most, plain.unread());
        assertThat(curl(option, url("/hello"))).startsWith("hello").endsWith(" 200");
      }

      assertThat(slow.exitValue()).isZero();
      assertThat(Files.size(directory.resolve("slow"))).isEqualTo((long) LINES * Lines.LINE_BYTES);
      assertThat(most).isLessThan(1 << 20);
    } finally {
      slow.destroyForcibly();
    }
  }

  @Tag("h2load")
  @Test
  void h2load_has_all_its_requests_answered_in_http_2() throws Exception {
    assertAllSucceed(4_000, "-c", "4", "-m", "100", url("/hello"));
    assertAllSucceed(1_000, "-c", "4", "-m", "10", secure("/hello"));
  }

  @Tag("h2load")
  @Test
  void h2load_has_all_its_requests_answered_in_http_1() throws Exception {
    assertAllSucceed(2_000, "--h1", "-c", "8", url("/hello"));
    assertAllSucceed(500, "--h1", "-c", "4", "-m", "8", url("/hello"));
  }

  @Tag("h2load")
  @Test
  void h2load_has_its_bodies_taken_and_sent_back() throws Exception {
    Path body = directory.resolve("body");
    Files.writeString(body, "x".repeat(4_096));
    assertAllSucceed(2_000, "-c", "2", "-m", "50", "-d", body.toString(), url("/echo"));
    // Windows so small that responses wait for them.
    assertAllSucceed(
        200, "-c", "2", "-m", "10", "-w", "10", "-W", "12", "-d", body.toString(), url("/echo"));
  }

  private void assertAllSucceed(int requests, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("h2load", "-n", Integer.toString(requests)));
    command.addAll(List.of(arguments));
    assertThat(run(command.toArray(String[]::new)))
        .contains(requests + " succeeded, 0 failed, 0 errored, 0 timeout")
        .contains(requests + " 2xx, 0 3xx, 0 4xx, 0 5xx");
  }

  /** Numbered lines, many at a time. */
  private static final class Lines implements ResponseSource {
    private static final int LINE_BYTES = 8;
    private static final int AT_A_TIME = 1_024;
    private int next;

    @Override
    public void produce(BodyWriter out) {
      while (out.isWritable()) {
        StringBuilder part = new StringBuilder(AT_A_TIME * LINE_BYTES);
        for (int i = 0; i < AT_A_TIME; i++) {
          part.append("%07d\n".formatted(next++));
        }
        out.write(part.toString().getBytes(StandardCharsets.US_ASCII));
        if (next == LINES) {
          out.end();
        }
      }
    }

    @Override
    public void cancelled() {
      // It holds nothing.
    }
  }

  private record Echo(Exchange exchange) implements BodyListener {
    @Override
    public void complete(byte[] body) {
      exchange.respond(Response.of(HttpResponseStatus.OK, body));
    }

    @Override
    public void tooLarge() {
      exchange.respond(Response.of(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE));
    }

    @Override
    public void noRoom() {
      exchange.respond(Response.of(HttpResponseStatus.TOO_MANY_REQUESTS));
    }

    @Override
    public void aborted() {
      // Nobody is left to be told.
    }

    @Override
    public void timedOut(boolean bodyMissing) {
      exchange.respond(Response.of(HttpResponseStatus.REQUEST_TIMEOUT));
    }
  }
}
