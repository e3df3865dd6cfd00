package dev.tidings.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.tidings.infra.certs.StackCertificates;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.net.tls.pem.PemCertificates;
import dev.tidings.net.tls.pem.PemKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A stack's registry behind a server that speaks TLS alone and asks for a password. */
final class RegistryWithinTls implements AutoCloseable {
  private static final String CREDENTIALS = "tidings:pass:word";
  private static final char[] STORE = "changeit".toCharArray();

  private final Pipeline pipeline;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final HttpsServer server;

  RegistryWithinTls(Pipeline pipeline) throws Exception {
    this.pipeline = pipeline;
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls(pipeline.stack().certificates())));
    server.createContext("/", this::serve);
    server.setExecutor(threads);
    server.start();
  }

  private static SSLContext tls(StackCertificates certificates) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "registry",
        PemKeys.read(certificates.key()),
        STORE,
        PemCertificates.read(certificates.certificate()).toArray(new Certificate[0]));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, STORE);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /** Returns the settings of a service that uses it. */
  Map<String, String> settings() {
    String path = URI.create(pipeline.stack().registryUrl()).getPath();
    return Map.of(
        "schema.registry.url",
        "https://localhost:" + server.getAddress().getPort() + path,
        "basic.auth.credentials.source",
        "USER_INFO",
        "basic.auth.user.info",
        CREDENTIALS,
        "schema.registry.ssl.truststore.location",
        pipeline.stack().certificates().ca().toString());
  }

  /** Returns how many requests were passed on. */
  int served() {
    return served.get();
  }

  /** Returns how many requests had no password, or a wrong one. */
  int refused() {
    return refused.get();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String expected =
          "Basic "
              + Base64.getEncoder().encodeToString(CREDENTIALS.getBytes(StandardCharsets.US_ASCII));
      if (!expected.equals(exchange.getRequestHeaders().getFirst("authorization"))) {
        refused.incrementAndGet();
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      served.incrementAndGet();
      HttpResponse<byte[]> answer = http.send(passedOn(exchange), BodyHandlers.ofByteArray());
      exchange.getResponseHeaders().set("content-type", "application/vnd.schemaregistry.v1+json");
      exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpRequest passedOn(HttpExchange exchange) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(pipeline.stack().registryUrl()).resolve(exchange.getRequestURI()))
            .method(
                exchange.getRequestMethod(),
                BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
    String type = exchange.getRequestHeaders().getFirst("content-type");
    return type == null ? request.build() : request.header("content-type", type).build();
  }

  @Override
  public void close() {
    server.stop(0);
    http.close();
    threads.close();
  }
}
