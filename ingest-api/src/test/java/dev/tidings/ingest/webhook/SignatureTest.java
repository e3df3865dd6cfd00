package dev.tidings.ingest.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Webhook;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignatureTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  /** The example that the libraries of Standard Webhooks are tested with. */
  @Test
  void it_is_the_one_of_the_specifications_example() {
    byte[] key = Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    byte[] body = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);

    assertThat(Signature.of("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body, List.of(key)))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void while_a_secret_is_being_replaced_there_are_two_the_newest_first() {
    Webhook webhook =
        Webhook.newBuilder()
            .setTeam("TEAM567890")
            .setApp("com.example.news")
            .setUrl("https://hooks.example.com/")
            .setSecret(ByteBuffer.wrap(new byte[] {2}))
            .setPreviousSecret(ByteBuffer.wrap(new byte[] {1}))
            .setPreviousUntil(NOW)
            .setCreated(Instant.EPOCH)
            .build();

    assertThat(Signature.keys(webhook, NOW.minusMillis(1)))
        .containsExactly(new byte[] {2}, new byte[] {1});
    assertThat(Signature.keys(webhook, NOW)).containsExactly(new byte[] {2});
    assertThat(Signature.of("a", 1, new byte[0], List.of(new byte[] {2}, new byte[] {1})))
        .matches("v1,\\S{44} v1,\\S{44}");
  }
}
