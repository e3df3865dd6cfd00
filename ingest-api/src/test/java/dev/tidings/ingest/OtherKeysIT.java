package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that were told different things.
 *
 * <p>Shows G43 and G63 of docs/guarantees.md.
 */
@Timeout(120)
class OtherKeysIT {
  private static final String NEW = "2:f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
  private static final String BOTH = NEW + ",1:000102030405060708090a0b0c0d0e0f";
  private static final String WRONG = "1:ffffffffffffffffffffffffffffffff";

  @TempDir private static Path state;

  @Test
  void a_good_token_is_not_called_bad_by_who_does_not_know_its_key_yet() throws Exception {
    String fresh =
        new TokenMint(TokenKeys.parse(NEW))
            .mint(new DeviceId("phone"), new AppId(TestNode.APP), 0)
            .hex();
    try (Cluster cluster = new Cluster();
        TestNode old = new TestNode(cluster, state.resolve("old"))) {
      assertThat(push(old, fresh)).contains("BadDeviceToken");

      try (TestNode next =
          new TestNode(cluster, state.resolve("next"), Map.of("token.keys", BOTH))) {
        assertThat(next.push(fresh, "{}", "apns-topic", TestNode.APP).statusCode()).isEqualTo(200);
        await().untilAsserted(() -> assertThat(push(old, fresh)).contains("ServiceUnavailable"));

        HttpResponse<String> later = old.push(fresh, "{}", "apns-topic", TestNode.APP);
        assertThat(later.statusCode()).isEqualTo(503);
        assertThat(later.headers().firstValue("retry-after")).contains("1");
        assertThat(old.push("phone", "{}").statusCode()).isEqualTo(200);
        assertThat(old.get("management", "/health/ready").statusCode()).isEqualTo(200);
        assertThat(old.get("management", "/metrics").body())
            .contains("tidings_token_keys_missing{service=\"ingest-api\"} 1.0");
      }
    }
  }

  @Test
  void who_has_another_key_of_the_same_id_or_another_installations_id_does_not_serve()
      throws Exception {
    try (Cluster cluster = new Cluster();
        TestNode right =
            new TestNode(cluster, state.resolve("right"), Map.of("installation.id", "blue"))) {
      assertThatThrownBy(() ->
              new TestNode(
                  cluster,
                  state.resolve("wrong"),
                  Map.of("token.keys", WRONG, "start.timeout", "2s")))
          .hasMessageContaining("token.keys: those with the ids [1] are not the others'")
          .hasMessageNotContaining("ffff");
      assertThatThrownBy(() ->
              new TestNode(cluster, state.resolve("green"), Map.of("installation.id", "green")))
          .hasMessageContaining("installation.id: green (expected: blue");
      assertThat(right.get("management", "/health/ready").statusCode()).isEqualTo(200);
    }
  }

  private static String push(TestNode node, String token) throws Exception {
    return node.push(token, "{}", "apns-topic", TestNode.APP).body();
  }
}
