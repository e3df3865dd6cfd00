package dev.tidings.ingest;

import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import dev.tidings.service.config.Config;
import dev.tidings.service.lifecycle.Lifecycle;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/** The whole service in this process, on free ports, against a {@link Cluster}. */
public final class TestNode implements AutoCloseable {
  public static final String APP = "com.example.news";
  private static final String KEYS = "1:000102030405060708090a0b0c0d0e0f";
  private static final TokenMint MINT = new TokenMint(TokenKeys.parse(KEYS));

  private final Lifecycle lifecycle;
  private final Map<String, String> endpoints = new HashMap<>();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

  public TestNode(Cluster cluster, Path state, Map<String, String> more) throws Exception {
    this(cluster, state, more, true);
  }

  /** Starts one that cannot read all revocations yet. */
  static TestNode beginning(Cluster cluster, Path state) throws Exception {
    return new TestNode(cluster, state, Map.of(), false);
  }

  private TestNode(Cluster cluster, Path state, Map<String, String> more, boolean whole)
      throws Exception {
    Map<String, String> settings = new HashMap<>(settings(cluster, state));
    settings.putAll(more);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    lifecycle = new Lifecycle("ingest-api", new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      IngestApi.start(Config.of(IngestSettings.ALL, settings), lifecycle);
    } catch (Exception e) {
      lifecycle.close();
      throw e;
    }
    Arrays.stream(out.toString(StandardCharsets.UTF_8).strip().split(" "))
        .filter(word -> word.contains("="))
        .map(word -> word.split("=", 2))
        .forEach(pair -> endpoints.put(pair[0], pair[1]));
    if (whole) {
      // Before, tokens get 503: they may have been revoked.
      Awaitility.await().until(this::knowsRevocations);
    }
    if (endpoints.containsKey("http")) {
      // Goes over to HTTP/2, as no request with a body does.
      get("http", "/openapi.json");
    }
  }

  /** Whether it has read all revocations. */
  boolean knowsRevocations() throws Exception {
    return !get("management", "/health/ready")
        .body()
        .contains("\"revocations\":{\"status\":\"DOWN\"");
  }

  /** What it is told unless a test wants it otherwise. */
  static Map<String, String> settings(Cluster cluster, Path state) throws Exception {
    Map<String, String> settings = new HashMap<>(TestCertificate.settings(state.resolve("tls")));
    settings.putAll(
        Map.of(
            "http.port", "0",
            "https.port", "0",
            "management.port", "0",
            "bind.address", "localhost",
            "instance.id", "ingest-test",
            "state.dir", state.toString(),
            "token.keys", KEYS,
            "kafka.bootstrap.servers", cluster.bootstrapServers(),
            "schema.registry.url", cluster.registryUrl()));
    return settings;
  }

  public TestNode(Cluster cluster, Path state) throws Exception {
    this(cluster, state, Map.of());
  }

  /** The token of a device for {@link #APP}. */
  public static Token token(String device) {
    return MINT.mint(new DeviceId(device), new AppId(APP), 0);
  }

  public String endpoint(String name) {
    return endpoints.get(name);
  }

  public int port(String name) {
    return URI.create("http://" + endpoint(name)).getPort();
  }

  /** Sends a notification; header names and values take turns. */
  public HttpResponse<String> push(String token, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + endpoint("http") + "/3/device/" + token))
            .POST(BodyPublishers.ofString(body));
    return http.send(request.headers(headers).build(), BodyHandlers.ofString());
  }

  public HttpResponse<String> push(String device, String body) throws Exception {
    return push(token(device).hex(), body, "apns-topic", APP);
  }

  public CompletableFuture<HttpResponse<String>> pushAsync(String device, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://" + endpoint("http") + "/3/device/" + token(device).hex()))
            .header("apns-topic", APP)
            .POST(BodyPublishers.ofString(body))
            .build();
    return http.sendAsync(request, BodyHandlers.ofString());
  }

  /** Sends over the REST interface. */
  public HttpResponse<String> post(String mediaType, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + endpoint("http") + "/v1/notifications"))
            .header("content-type", mediaType)
            .POST(BodyPublishers.ofString(body));
    return http.send(
        headers.length == 0 ? request.build() : request.headers(headers).build(),
        BodyHandlers.ofString());
  }

  public HttpResponse<String> get(String endpoint, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + endpoint(endpoint) + path)).build();
    return http.send(request, BodyHandlers.ofString());
  }

  public Lifecycle lifecycle() {
    return lifecycle;
  }

  @Override
  public void close() {
    lifecycle.close();
    http.close();
  }
}
