package dev.tidings.node.mqtt;

import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.Decision;
import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.device.DeviceIssuer;
import dev.tidings.auth.device.IssuerEntry;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.Subscriptions;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who vouches for a device may stop, and says which apps it may use. */
final class EndedIssuerChannelTest {
  private static final String MAIL = "{\"app\":\"com.example.mail\"}";

  private boolean ended;
  private final Set<String> apps = new HashSet<>();
  private Apps named = Apps.ALL;
  private Apps receivable = Apps.of(Set.of("com.example.mail"));

  private final DeviceIssuer issuer =
      new DeviceIssuer() {
        @Override
        public Optional<IssuerEntry> entry() {
          return Optional.of(new IssuerEntry("acme", "1"));
        }

        @Override
        public boolean isInForce() {
          return !ended;
        }

        @Override
        public Apps apps() {
          return Apps.where(apps::contains);
        }

        @Override
        public Apps receivable() {
          return receivable;
        }
      };

  private final DeviceAuthenticator authenticator =
      credentials ->
          CompletableFuture.completedFuture(
              new Decision.Accepted<>(
                  new DeviceIdentity(
                      credentials.serial(), Optional.empty(), named, Instant.MAX, issuer)));

  @ParameterizedTest
  @CsvSource({"MQTT_5, 0x87 closed", "MQTT_3_1_1, closed"})
  void the_inbox_sees_that_it_has_stopped_and_ends_the_session(MqttVersion version, String ending) {
    try (Conversation conversation = new Conversation(version, authenticator)) {
      conversation.connect(connect -> {});
      assertThat(conversation.attachment().link.isProofOver()).isFalse();
      ended = true;
      assertThat(conversation.attachment().link.isProofOver()).isTrue();

      conversation.attachment().link.close(CloseReason.NOT_AUTHORIZED);

      assertThat(conversation.ending()).isEqualTo(ending);
    }
  }

  @Test
  void if_it_stops_before_the_session_begins_the_device_is_refused() {
    ended = true;
    try (Conversation conversation = new Conversation(MQTT_5, authenticator)) {
      MqttConnAckMessage answer = conversation.connect(connect -> {});

      assertThat(answer.variableHeader().connectReturnCode())
          .isEqualTo(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5);
      assertThat(conversation.attachment().detached).hasValue(1);
    }
  }

  @Test
  void an_app_that_it_does_not_allow_cannot_be_registered_until_it_does() {
    try (Conversation conversation = new Conversation(MQTT_5, authenticator)) {
      conversation.connect(connect -> {});
      conversation.publish("$tidings/register", MqttQoS.AT_LEAST_ONCE, 7, MAIL);
      assertThat(conversation.receivePublish()).contains("\"error\":\"app: com.example.mail");
      assertThat(conversation.receivePubAck()).isEqualTo("7 0x87");
      assertThat(conversation.registrar.asked).isEmpty();

      apps.add("com.example.mail");
      conversation.publish("$tidings/register", MqttQoS.AT_LEAST_ONCE, 8, MAIL);
      assertThat(conversation.registrar.asked).hasSize(1);
    }
  }

  @Test
  void an_app_that_it_allows_and_the_token_does_not_name_cannot_be_registered() {
    named = Apps.of(Set.of("com.example.news"));
    apps.add("com.example.mail");
    try (Conversation conversation = new Conversation(MQTT_5, authenticator)) {
      conversation.connect(connect -> {});
      conversation.publish("$tidings/register", MqttQoS.AT_LEAST_ONCE, 7, MAIL);

      assertThat(conversation.receivePublish()).contains("\"error\":\"app: com.example.mail");
      assertThat(conversation.registrar.asked).isEmpty();
    }
  }

  @Test
  void of_an_app_that_it_may_not_receive_a_device_tells_nothing() {
    try (Conversation conversation = new Conversation(MQTT_5, authenticator)) {
      conversation.connect(connect -> {});
      String id = "{\"id\":\"" + Deliveries.ID + "\",\"app\":\"com.example.";
      conversation.publish("$tidings/opened", MqttQoS.AT_LEAST_ONCE, 7, id + "news\"}");
      assertThat(conversation.receivePublish()).contains("\"error\":\"app: com.example.news");
      assertThat(conversation.receivePubAck()).isEqualTo("7 0x87");
      assertThat(conversation.registrar.asked).isEmpty();

      conversation.publish("$tidings/opened", MqttQoS.AT_LEAST_ONCE, 8, id + "mail\"}");
      assertThat(conversation.registrar.asked).hasSize(1);
    }
  }

  private static void subscribe(Conversation conversation) {
    conversation.send(
        MqttMessageBuilders.subscribe()
            .messageId(9)
            .addSubscription(MqttQoS.AT_LEAST_ONCE, "tidings/#")
            .build());
    assertThat(conversation.receive()).isInstanceOf(MqttSubAckMessage.class);
  }

  @Test
  void of_all_apps_a_device_receives_those_that_it_vouches_for() {
    named = Apps.of(Set.of("com.example.other"));
    try (Conversation conversation = new Conversation(MQTT_5, authenticator)) {
      conversation.connect(connect -> {});
      subscribe(conversation);

      Subscriptions told = conversation.attachment().subscriptions.getLast();
      assertThat(told.covers("com.example.mail")).isTrue();
      assertThat(told.covers("com.example.news")).isFalse();
      assertThat(told.filters()).containsExactly("tidings/#");
    }
  }

  @Test
  void when_it_vouches_for_others_the_inbox_is_told_and_else_it_is_not() {
    try (Conversation conversation = new Conversation(MQTT_5, authenticator)) {
      conversation.connect(connect -> {});
      receivable = Apps.of(Set.of("com.example.mail", "com.example.news"));
      conversation.attachment().link.lookAtApps();
      conversation.node.runPendingTasks();
      assertThat(conversation.attachment().subscriptions).as("nothing is subscribed").isEmpty();
      subscribe(conversation);
      assertThat(conversation.attachment().subscriptions.getLast().covers("com.example.news"))
          .isTrue();

      conversation.attachment().link.lookAtApps();
      conversation.node.runPendingTasks();
      assertThat(conversation.attachment().subscriptions).hasSize(1);
      receivable = Apps.of(Set.of("com.example.news"));
      conversation.attachment().link.lookAtApps();
      conversation.node.runPendingTasks();

      assertThat(conversation.attachment().subscriptions).hasSize(2);
      assertThat(conversation.attachment().subscriptions.getLast().covers("com.example.mail"))
          .isFalse();
    }
  }

  @Test
  void an_app_that_it_does_not_vouch_for_cannot_be_unregistered() {
    try (Conversation conversation = new Conversation(MQTT_5, authenticator)) {
      conversation.connect(connect -> {});
      conversation.publish(
          "$tidings/unregister", MqttQoS.AT_LEAST_ONCE, 7, "{\"app\":\"com.example.news\"}");
      assertThat(conversation.receivePublish())
          .startsWith("$tidings/unregistered")
          .contains("\"error\":\"app: com.example.news");
      assertThat(conversation.receivePubAck()).isEqualTo("7 0x87");
      assertThat(conversation.registrar.asked).isEmpty();

      conversation.publish("$tidings/unregister", MqttQoS.AT_LEAST_ONCE, 8, MAIL);
      assertThat(conversation.registrar.asked).hasSize(1);
    }
  }
}
