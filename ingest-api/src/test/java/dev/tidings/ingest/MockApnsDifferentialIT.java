package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.auth.ApnsVerificationKey;
import com.eatthepath.pushy.apns.auth.AuthenticationToken;
import com.eatthepath.pushy.apns.server.MockApnsServer;
import com.eatthepath.pushy.apns.server.MockApnsServerBuilder;
import com.eatthepath.pushy.apns.server.ValidatingPushNotificationHandlerFactory;
import dev.tidings.net.tls.ServerIdentity;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.LogTopics;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same request to this service and to Pushy's mock of Apple's: the answers have to agree. Left
 * out is what Apple documents and the mock does not know: priority 1, a background push's priority,
 * the form of an expiration date, repeated headers, the length of a voip payload, the suffix that a
 * push type gives to the topic.
 *
 * <p>Shows G2 of docs/guarantees.md.
 */
@Timeout(60)
class MockApnsDifferentialIT {
  private static final Instant SINCE = Instant.ofEpochMilli(1_700_000_000_123L);

  @TempDir private static Path state;
  private static Cluster cluster;
  private static TestNode node;
  private static MockApnsServer mock;
  private static int mockPort;
  private static String authorization;
  private static HttpClient clients;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster();
    node = new TestNode(cluster, state);
    cluster.append(
        LogTopics.REVOCATIONS,
        TestNode.token("lost").key(),
        new Revocation(SINCE.toEpochMilli(), "lost"));
    Awaitility.await().until(() -> node.push("lost", "{}").statusCode() == 410);

    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    var signing = new ApnsSigningKey("KEYKEYKEY1", "TEAMTEAM01", (ECPrivateKey) pair.getPrivate());
    var verification =
        new ApnsVerificationKey("KEYKEYKEY1", "TEAMTEAM01", (ECPublicKey) pair.getPublic());
    authorization =
        new AuthenticationToken(signing, Instant.now()).getAuthorizationHeader().toString();
    ServerIdentity identity = TestCertificate.in(state.resolve("mock"));
    mock =
        new MockApnsServerBuilder()
            .setServerCredentials(
                identity.chain().toArray(X509Certificate[]::new), identity.key(), null)
            .setUseAlpn(true)
            .setHandlerFactory(
                new ValidatingPushNotificationHandlerFactory(
                    Map.of(
                        TestNode.APP,
                        Set.of(TestNode.token("phone").hex(), TestNode.token("lost").hex())),
                    Map.of(TestNode.token("lost").hex(), SINCE),
                    Map.of("KEYKEYKEY1", verification),
                    Map.of(verification, Set.of(TestNode.APP, "com.example.other"))))
            .build();
    mockPort = mock.start(0).get();
    clients =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .sslContext(trusting(state.resolve("tls/ca.pem"), state.resolve("mock/ca.pem")))
            .build();
  }

  private static SSLContext trusting(Path... authorities) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    for (Path authority : authorities) {
      try (InputStream pem = Files.newInputStream(authority)) {
        trusted.setCertificateEntry(
            authority.toString(), CertificateFactory.getInstance("X.509").generateCertificate(pem));
      }
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  @AfterAll
  static void stop() throws Exception {
    clients.close();
    mock.shutdown().get();
    node.close();
    cluster.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          fine                 | POST | phone | com.example.news  | -              | -
          an id                | POST | phone | com.example.news  | apns-id        | 123e4567-e89b-12d3-a456-426614174000
          an id in upper case  | POST | phone | com.example.news  | apns-id        | 123E4567-E89B-12D3-A456-426614174000
          no id                | POST | phone | com.example.news  | apns-id        | nonsense
          no topic             | POST | phone | -                 | -              | -
          another topic        | POST | phone | com.example.other | -              | -
          priority 10          | POST | phone | com.example.news  | apns-priority  | 10
          priority 5           | POST | phone | com.example.news  | apns-priority  | 5
          priority 7           | POST | phone | com.example.news  | apns-priority  | 7
          a collapse id        | POST | phone | com.example.news  | apns-collapse-id | score
          64 bytes collapse id | POST | phone | com.example.news  | apns-collapse-id | 0123456789012345678901234567890123456789012345678901234567890123
          65 bytes collapse id | POST | phone | com.example.news  | apns-collapse-id | 01234567890123456789012345678901234567890123456789012345678901234
          push type alert      | POST | phone | com.example.news  | apns-push-type | alert
          no push type         | POST | phone | com.example.news  | apns-push-type | nonsense
          expiration           | POST | phone | com.example.news  | apns-expiration | 1900000000
          expiration 0         | POST | phone | com.example.news  | apns-expiration | 0
          no token             | POST | -     | com.example.news  | -              | -
          no hexadecimal token | POST | /zz   | com.example.news  | -              | -
          revoked              | POST | lost  | com.example.news  | -              | -
          GET                  | GET  | phone | com.example.news  | -              | -
          """)
  void header_validations_agree(
      String name, String method, String device, String topic, String header, String value)
      throws Exception {
    Map<String, String> headers = new HashMap<>(Map.of("authorization", authorization));
    if (topic != null) {
      headers.put("apns-topic", topic);
    }
    if (header != null) {
      headers.put(header, value);
    }
    agree(method, "/3/device/" + path(device), headers, "{\"aps\":{}}");
  }

  @ParameterizedTest
  @CsvSource({"0", "4096", "4097"})
  void payload_lengths_agree(int length) throws Exception {
    agree(
        "POST",
        "/3/device/" + path("phone"),
        Map.of("authorization", authorization, "apns-topic", TestNode.APP),
        length == 0 ? "" : "{\"a\":\"" + "x".repeat(length - 8) + "\"}");
  }

  private static void agree(String method, String path, Map<String, String> headers, String body)
      throws Exception {
    HttpResponse<String> ours = send(node.port("https"), method, path, headers, body);
    HttpResponse<String> theirs = send(mockPort, method, path, headers, body);

    assertThat(ours.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(ours.statusCode()).isEqualTo(theirs.statusCode());
    assertThat(ours.body().replace(" ", "")).isEqualTo(theirs.body());
    Optional<String> id = theirs.headers().firstValue("apns-id");
    if (headers.containsKey("apns-id") && id.isPresent()) {
      assertThat(ours.headers().firstValue("apns-id").orElseThrow())
          .satisfiesAnyOf(
              given -> assertThat(given).isEqualToIgnoringCase(id.get()),
              given -> assertThat(headers).containsEntry("apns-id", "nonsense"));
    }
  }

  private static HttpResponse<String> send(
      int port, String method, String path, Map<String, String> headers, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
            .method(method, BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return clients.send(request.build(), BodyHandlers.ofString());
  }

  private static String path(String device) {
    if (device == null) {
      return "";
    }
    return device.startsWith("/") ? device.substring(1) : TestNode.token(device).hex();
  }
}
