package dev.tidings.node.mqtt;

import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_3_1_1;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.Decision;
import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.auth.device.DeviceIdentity;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a connection may do, and how long, follows from what the device has proved.
 *
 * <p>Shows G91 and G147 of docs/guarantees.md.
 */
final class ProvenIdentityChannelTest {
  private static final String MAIL = "{\"app\":\"com.example.mail\"}";
  private static final String NEWS = "{\"app\":\"com.example.news\"}";

  private static Conversation connected(MqttVersion version, Apps apps, Instant expires) {
    DeviceAuthenticator authenticator =
        credentials ->
            CompletableFuture.completedFuture(
                new Decision.Accepted<>(
                    new DeviceIdentity(credentials.serial(), Optional.empty(), apps, expires)));
    Conversation conversation = new Conversation(version, authenticator);
    conversation.connect(connect -> {});
    return conversation;
  }

  private static Conversation limitedTo(MqttVersion version, String app) {
    return connected(version, Apps.of(Set.of(app)), Instant.MAX);
  }

  // ---- How long

  @ParameterizedTest
  @CsvSource({"MQTT_5, 0x87 closed", "MQTT_3_1_1, closed"})
  void a_session_ends_when_its_proof_does(MqttVersion version, String ending) {
    try (Conversation conversation = connected(version, Apps.ALL, Deliveries.NOW.plusSeconds(20))) {
      conversation.advance(Duration.ofSeconds(20).minusNanos(1));
      assertThat(conversation.ending()).isEqualTo("open");

      conversation.advance(Duration.ofNanos(1));
      assertThat(conversation.ending()).isEqualTo(ending);
      assertThat(conversation.attachment().detached).hasValue(1);
    }
  }

  @Test
  void a_device_that_is_busy_cannot_stay_longer() {
    try (Conversation conversation = connected(MQTT_5, Apps.ALL, Deliveries.NOW.plusSeconds(100))) {
      for (int seconds = 10; seconds < 100; seconds += 10) {
        conversation.advance(Duration.ofSeconds(10));
        conversation.send(MqttMessage.PINGREQ);
        assertThat(conversation.receive().fixedHeader().messageType())
            .isEqualTo(MqttMessageType.PINGRESP);
      }
      conversation.advance(Duration.ofSeconds(10));

      assertThat(conversation.ending()).isEqualTo("0x87 closed");
    }
  }

  @Test
  void a_silent_device_is_gone_before_its_proof_ends() {
    try (Conversation conversation = connected(MQTT_5, Apps.ALL, Deliveries.NOW.plusSeconds(100))) {
      conversation.advance(Duration.ofSeconds(90));

      assertThat(conversation.ending()).isEqualTo("closed");
    }
  }

  @Test
  void a_proof_that_ends_in_ten_thousand_years_ends_nothing_now() {
    try (Conversation conversation =
        connected(MQTT_5, Apps.ALL, Instant.parse("9999-12-31T23:59:59Z"))) {
      conversation.advance(Duration.ofSeconds(60));

      assertThat(conversation.ending()).isEqualTo("open");
    }
  }

  @Test
  void a_proof_that_has_just_ended_ends_the_session_at_once() {
    try (Conversation conversation = connected(MQTT_5, Apps.ALL, Deliveries.NOW)) {
      conversation.advance(Duration.ZERO);

      assertThat(conversation.ending()).isEqualTo("0x87 closed");
    }
  }

  // ---- Whose

  @Test
  void the_user_is_the_one_that_the_credential_names_whatever_the_request_says() {
    DeviceAuthenticator authenticator =
        credentials ->
            CompletableFuture.completedFuture(
                new Decision.Accepted<>(
                    new DeviceIdentity(
                        credentials.serial(), Optional.of("anna"), Apps.ALL, Instant.MAX)));
    try (Conversation conversation = new Conversation(MQTT_5, authenticator)) {
      conversation.connect(connect -> {});
      conversation.publish("$tidings/register", MqttQoS.AT_LEAST_ONCE, 7, NEWS);
      assertThat(conversation.receivePublish()).doesNotContain("ignored");
      assertThat(conversation.receivePubAck()).isEqualTo("7 0x00");
      conversation.publish(
          "$tidings/register",
          MqttQoS.AT_LEAST_ONCE,
          8,
          "{\"app\":\"com.example.news\",\"user\":\"ben\"}");
      assertThat(conversation.receivePublish()).contains("\"ignored\":[\"user\"]");

      assertThat(conversation.registrar.asked)
          .containsExactly(
              "register phone-1 com.example.news user:anna",
              "register phone-1 com.example.news user:anna");
    }
  }

  /** Its device cannot choose another one. */
  @Test
  void a_user_of_a_credential_that_cannot_be_written_is_nobody_and_the_device_registers() {
    DeviceAuthenticator authenticator =
        credentials ->
            CompletableFuture.completedFuture(
                new Decision.Accepted<>(
                    new DeviceIdentity(
                        credentials.serial(), Optional.of("@".repeat(32)), Apps.ALL, Instant.MAX)));
    try (Conversation conversation = new Conversation(MQTT_5, authenticator)) {
      conversation.connect(connect -> {});
      conversation.publish("$tidings/register", MqttQoS.AT_LEAST_ONCE, 7, NEWS);

      assertThat(conversation.receivePublish()).contains("\"token\"", "\"ignored\":[\"user\"]");
      assertThat(conversation.receivePubAck()).isEqualTo("7 0x00");
      assertThat(conversation.registrar.asked)
          .containsExactly("register phone-1 com.example.news nobody");
    }
  }

  @Test
  void a_device_whose_credential_names_no_user_names_none() {
    try (Conversation conversation = connected(MQTT_5, Apps.ALL, Instant.MAX)) {
      conversation.publish(
          "$tidings/register",
          MqttQoS.AT_LEAST_ONCE,
          7,
          "{\"app\":\"com.example.news\",\"user\":\"ben\"}");

      assertThat(conversation.receivePublish()).contains("\"ignored\":[\"user\"]");
      assertThat(conversation.registrar.asked).containsExactly("register phone-1 com.example.news");
    }
  }

  // ---- Which apps

  @Test
  void an_app_that_the_credentials_do_not_name_cannot_be_registered() {
    try (Conversation conversation = limitedTo(MQTT_5, "com.example.news")) {
      conversation.publish("$tidings/register", MqttQoS.AT_LEAST_ONCE, 7, MAIL);

      assertThat(conversation.receivePublish())
          .isEqualTo(
              "$tidings/registered {\"app\":\"com.example.mail\",\"error\":\"app: com.example.mail"
                  + " (expected: one that the device's credentials name)\"}");
      assertThat(conversation.receivePubAck()).isEqualTo("7 0x87");
      assertThat(conversation.registrar.asked).isEmpty();
      assertThat(conversation.ending()).isEqualTo("open");
    }
  }

  @Test
  void mqtt_311_is_told_so_by_the_answer_alone() {
    try (Conversation conversation = limitedTo(MQTT_3_1_1, "com.example.news")) {
      conversation.publish("$tidings/register", MqttQoS.AT_LEAST_ONCE, 7, MAIL);

      assertThat(conversation.receivePublish()).contains("\"error\":\"app: com.example.mail");
      MqttPubAckMessage pubAck = (MqttPubAckMessage) conversation.receive();
      assertThat(pubAck.variableHeader().messageId()).isEqualTo(7);
      ReferenceCountUtil.release(pubAck);
      assertThat(conversation.registrar.asked).isEmpty();
    }
  }

  @Test
  void an_app_that_they_name_can_be_and_any_can_be_unregistered() {
    try (Conversation conversation = limitedTo(MQTT_5, "com.example.news")) {
      conversation.publish("$tidings/register", MqttQoS.AT_LEAST_ONCE, 7, NEWS);
      conversation.publish("$tidings/unregister", MqttQoS.AT_LEAST_ONCE, 8, MAIL);

      assertThat(conversation.registrar.asked)
          .containsExactly(
              "register phone-1 com.example.news", "unregister phone-1 com.example.mail");
    }
  }

  @Test
  void credentials_without_a_list_of_apps_allow_every_app() {
    try (Conversation conversation = connected(MQTT_5, Apps.ALL, Instant.MAX)) {
      conversation.publish("$tidings/register", MqttQoS.AT_LEAST_ONCE, 7, MAIL);

      assertThat(conversation.registrar.asked).containsExactly("register phone-1 com.example.mail");
    }
  }
}
