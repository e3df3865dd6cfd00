package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client library for Apple's own service, told nothing but another host and whom to trust.
 *
 * <p>Shows G1, G2 and G34 of docs/guarantees.md.
 */
@Timeout(90)
class PushyInteropIT {
  private static final String PAYLOAD = "{\"aps\":{\"alert\":\"Hello\"}}";

  @TempDir private static Path state;
  private static Cluster cluster;
  private static TestNode node;
  private static ApnsClient client;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster();
    node = new TestNode(cluster, state);
    client =
        new ApnsClientBuilder()
            .setApnsServer("127.0.0.1", node.port("https"))
            .setTrustedServerCertificateChain(state.resolve("tls/ca.pem").toFile())
            .setSigningKey(throwawayKey())
            .build();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close().get();
    node.close();
    cluster.close();
  }

  static ApnsSigningKey throwawayKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return new ApnsSigningKey(
        "KEYKEYKEY1", "TEAMTEAM01", (ECPrivateKey) generator.generateKeyPair().getPrivate());
  }

  @Test
  void a_thousand_notifications_are_accepted_and_in_the_log() throws Exception {
    int before = cluster.read(LogTopics.NOTIFICATIONS).size();
    List<CompletableFuture<PushNotificationResponse<SimpleApnsPushNotification>>> answers =
        new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      answers.add(send(TestNode.token("phone" + i).hex()));
    }

    for (var answer : answers) {
      assertThat(answer.get().isAccepted()).isTrue();
      assertThat(answer.get().getApnsId()).isNotNull();
    }
    assertThat(cluster.read(LogTopics.NOTIFICATIONS)).hasSize(before + 1000);
  }

  @Test
  void every_header_the_client_can_set_is_understood() throws Exception {
    UUID id = UUID.randomUUID();
    var answer =
        client
            .sendNotification(
                new SimpleApnsPushNotification(
                    TestNode.token("phone").hex(),
                    TestNode.APP,
                    "{\"aps\":{\"content-available\":1}}",
                    Instant.now().plus(Duration.ofHours(1)),
                    DeliveryPriority.CONSERVE_POWER,
                    PushType.BACKGROUND,
                    "score",
                    id))
            .get();

    assertThat(answer.isAccepted()).isTrue();
    assertThat(answer.getApnsId()).isEqualTo(id);
  }

  @Test
  void rejections_are_what_the_client_expects_of_apple() throws Exception {
    var forged = send("0".repeat(64)).get();
    assertThat(forged.isAccepted()).isFalse();
    assertThat(forged.getStatusCode()).isEqualTo(400);
    assertThat(forged.getRejectionReason()).contains("BadDeviceToken");

    Instant since = Instant.ofEpochMilli(1_700_000_000_123L);
    cluster.append(
        LogTopics.REVOCATIONS,
        TestNode.token("lost").key(),
        new Revocation(since.toEpochMilli(), "lost"));
    await().until(() -> !send(TestNode.token("lost").hex()).get().isAccepted());
    var revoked = send(TestNode.token("lost").hex()).get();
    assertThat(revoked.getStatusCode()).isEqualTo(410);
    assertThat(revoked.getRejectionReason()).contains("Unregistered");
    assertThat(revoked.getTokenInvalidationTimestamp()).contains(since);
  }

  private static CompletableFuture<PushNotificationResponse<SimpleApnsPushNotification>> send(
      String token) {
    return client.sendNotification(new SimpleApnsPushNotification(token, TestNode.APP, PAYLOAD));
  }
}
