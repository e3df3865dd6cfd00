package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.auth.ApnsVerificationKey;
import com.eatthepath.pushy.apns.auth.AuthenticationToken;
import com.eatthepath.pushy.apns.server.MockApnsServer;
import com.eatthepath.pushy.apns.server.MockApnsServerBuilder;
import com.eatthepath.pushy.apns.server.ValidatingPushNotificationHandlerFactory;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.tls.ServerIdentity;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * the form of an expiration date, repeated headers, the length of a voip payload.
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
  private static ClientFactory clients;

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
    ServerIdentity identity =
        ServerIdentity.development(state.resolve("mock"), List.of(), Instant.now());
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
    clients = ClientFactory.insecure();
  }

  @AfterAll
  static void stop() throws Exception {
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
          push type voip       | POST | phone | com.example.news  | apns-push-type | voip
          no push type         | POST | phone | com.example.news  | apns-push-type | nonsense
          expiration           | POST | phone | com.example.news  | apns-expiration | 1900000000
          expiration 0         | POST | phone | com.example.news  | apns-expiration | 0
          no token             | POST | -     | com.example.news  | -              | -
          no hexadecimal token | POST | /zz   | com.example.news  | -              | -
          revoked              | POST | lost  | com.example.news  | -              | -
          GET                  | GET  | phone | com.example.news  | -              | -
          """)
  void header_validations_agree(
      String name, String method, String device, String topic, String header, String value) {
    RequestHeadersBuilder headers =
        RequestHeaders.builder(HttpMethod.valueOf(method), "/3/device/" + path(device))
            .add("authorization", authorization);
    if (topic != null) {
      headers.add("apns-topic", topic);
    }
    if (header != null) {
      headers.add(header, value);
    }
    agree(headers.build(), "{\"aps\":{}}");
  }

  @ParameterizedTest
  @CsvSource({"0", "4096", "4097"})
  void payload_lengths_agree(int length) {
    agree(
        RequestHeaders.builder(HttpMethod.POST, "/3/device/" + path("phone"))
            .add("authorization", authorization)
            .add("apns-topic", TestNode.APP)
            .build(),
        length == 0 ? "" : "{\"a\":\"" + "x".repeat(length - 8) + "\"}");
  }

  private static void agree(RequestHeaders headers, String body) {
    AggregatedHttpResponse ours = send(node.port("https"), headers, body);
    AggregatedHttpResponse theirs = send(mockPort, headers, body);

    assertThat(ours.status()).isEqualTo(theirs.status());
    assertThat(ours.contentUtf8().replace(" ", "")).isEqualTo(theirs.contentUtf8());
    if (headers.contains("apns-id") && theirs.headers().contains("apns-id")) {
      assertThat(ours.headers().get("apns-id"))
          .satisfiesAnyOf(
              id -> assertThat(id).isEqualToIgnoringCase(theirs.headers().get("apns-id")),
              id -> assertThat(headers.get("apns-id")).isEqualTo("nonsense"));
    }
  }

  private static AggregatedHttpResponse send(int port, RequestHeaders headers, String body) {
    return WebClient.builder("h2://127.0.0.1:" + port)
        .factory(clients)
        .build()
        .execute(HttpRequest.of(headers, HttpData.ofUtf8(body)))
        .aggregate()
        .join();
  }

  private static String path(String device) {
    if (device == null) {
      return "";
    }
    return device.startsWith("/") ? device.substring(1) : TestNode.token(device).hex();
  }
}
