package dev.tidings.node.mqtt;

import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_3_1_1;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.session.Subscriptions;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shows G19 of docs/guarantees.md. */
final class SubscriptionChannelTest {

  @ParameterizedTest
  @CsvSource({
    "tidings/#, 0, 0x01, 0x01",
    "tidings/#, 1, 0x01, 0x01",
    "tidings/#, 2, 0x01, 0x01",
    "tidings/com.example.news/#, 1, 0x01, 0x01",
    "tidings/com.example.news/+, 2, 0x01, 0x01",
    "tidings/+/+, 0, 0x01, 0x01",
    "tidings/+/#, 1, 0x01, 0x01",
    "tidings/+/an-id, 1, 0x87, 0x80",
    "tidings/+/+/+, 1, 0x87, 0x80",
    "tidings/+, 1, 0x87, 0x80",
    "tidings/, 1, 0x87, 0x80",
    "tidings//#, 1, 0x87, 0x80",
    "tidings/an app/#, 1, 0x87, 0x80",
    "tidings/com.example.news, 1, 0x87, 0x80",
    "tidings/com.example.news/an-id, 1, 0x87, 0x80",
    "tidings/com.example.news/#/a, 1, 0x8F, 0x80",
    "$tidings/registered, 1, 0x01, 0x01",
    "$tidings/unregistered, 0, 0x00, 0x00",
    "$tidings/replayed, 1, 0x01, 0x01",
    "$tidings/reported, 1, 0x01, 0x01",
    "$tidings/replay, 1, 0x87, 0x80",
    "$tidings/#, 2, 0x01, 0x01",
    "'#', 1, 0x87, 0x80",
    "+/+, 1, 0x87, 0x80",
    "'', 1, 0x8F, 0x80",
    "tidings, 1, 0x87, 0x80",
    "tidingsx/#, 1, 0x87, 0x80",
    "$tidings/register, 1, 0x87, 0x80",
    "$SYS/#, 1, 0x87, 0x80",
    "$share/a/tidings/#, 1, 0x9E, 0x80",
    "tidings/#/a, 1, 0x8F, 0x80",
    "tidings/a#, 1, 0x8F, 0x80",
    "tidings/a+, 1, 0x8F, 0x80",
    "tidings/+a/b, 1, 0x8F, 0x80"
  })
  void a_filter_is_granted_refused_or_invalid(String filter, int qos, String code, String code311) {
    assertThat(subscribe(Conversation.connected(MQTT_5), filter, qos)).isEqualTo(code);
    assertThat(subscribe(Conversation.connected(MQTT_3_1_1), filter, qos)).isEqualTo(code311);
  }

  @Test
  void each_filter_has_its_answer_in_its_order() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.send(
          MqttMessageBuilders.subscribe()
              .messageId(77)
              .addSubscription(MqttQoS.AT_LEAST_ONCE, "a")
              .addSubscription(MqttQoS.AT_LEAST_ONCE, "tidings/#")
              .build());

      MqttSubAckMessage subAck = (MqttSubAckMessage) conversation.receive();
      assertThat(subAck.variableHeader().messageId()).isEqualTo(77);
      assertThat(subAck.payload().reasonCodes()).containsExactly(0x87, 1);
    }
  }

  @Test
  void subscription_identifiers_are_not_supported() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.send(
          MqttMessageBuilders.subscribe()
              .messageId(1)
              .properties(Conversation.properties(MqttProperties.SUBSCRIPTION_IDENTIFIER, 5))
              .addSubscription(MqttQoS.AT_LEAST_ONCE, "tidings/#")
              .build());

      assertThat(conversation.ending()).isEqualTo("0xA1 closed");
    }
  }

  @ParameterizedTest
  @CsvSource({"8203 0001 00, 8202 0001", "a203 0001 00, a202 0001"})
  void no_filter_at_all_is_a_protocol_error(String packet, String packet311) {
    try (Conversation conversation = Conversation.connected(MQTT_5);
        Conversation old = Conversation.connected(MQTT_3_1_1)) {
      conversation.sendBytes(packet);
      old.sendBytes(packet311);

      assertThat(conversation.ending()).isEqualTo("0x82 closed");
      assertThat(old.ending()).isEqualTo("closed");
    }
  }

  @Test
  void the_inbox_is_told_what_is_subscribed_and_what_is_not_any_more() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      List<Subscriptions> told = conversation.attachment().subscriptions;
      subscribe(conversation, "tidings/com.mail/#", "#", "tidings/com.news/+");
      assertThat(conversation.receive()).isInstanceOf(MqttSubAckMessage.class);
      assertThat(told.getLast().covers("com.mail")).isTrue();
      assertThat(told.getLast().covers("com.news")).isTrue();
      assertThat(told.getLast().covers("com.else")).isFalse();

      assertThat(unsubscribe(conversation, "tidings/com.mail/#", "tidings/com.news/#", "#/a"))
          .containsExactly((short) 0x00, (short) 0x11, (short) 0x8F);
      assertThat(told.getLast().covers("com.mail")).isFalse();
      assertThat(told.getLast().covers("com.news")).isTrue();

      assertThat(unsubscribe(conversation, "tidings/com.news/+")).containsExactly((short) 0x00);
      assertThat(told.getLast().coverNothing()).isTrue();
    }
  }

  @Test
  void one_app_by_several_filters_is_taken_until_the_last_of_them_goes() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      List<Subscriptions> told = conversation.attachment().subscriptions;
      subscribe(conversation, "tidings/a/#", "tidings/a/+", "tidings/#");
      conversation.receive();
      unsubscribe(conversation, "tidings/#");
      assertThat(told.getLast().covers("a")).isTrue();
      assertThat(told.getLast().covers("b")).isFalse();
      unsubscribe(conversation, "tidings/a/#");
      assertThat(told.getLast().covers("a")).isTrue();
      unsubscribe(conversation, "tidings/a/+");
      assertThat(told.getLast().covers("a")).isFalse();
    }
  }

  @Test
  void the_answer_is_there_before_what_the_inbox_pushes_at_once() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.attachment().pushedAtSubscribe = Deliveries.delivery();
      subscribe(conversation, "tidings/#");
      assertThat(conversation.receive()).isInstanceOf(MqttSubAckMessage.class);
      assertThat(conversation.receivePublish()).startsWith(Deliveries.TOPIC);
    }
  }

  @Test
  void the_answer_waits_until_the_inbox_has_taken_note() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.attachment().holdsAnswers = true;
      subscribe(conversation, "tidings/#");
      assertThat(conversation.receive()).isNull();
      conversation.attachment().held.forEach(Runnable::run);
      conversation.node.runPendingTasks();
      assertThat(conversation.receive()).isInstanceOf(MqttSubAckMessage.class);
    }
  }

  @Test
  void more_filters_than_a_device_may_have_are_refused_and_the_others_stay() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      for (int i = 0; i < Subscriptions.MAX; i++) {
        subscribe(conversation, "tidings/a" + i + "/#");
        conversation.receive();
      }
      subscribe(conversation, "tidings/one.more/#", "tidings/a7/#");
      assertThat(((MqttSubAckMessage) conversation.receive()).payload().reasonCodes())
          .containsExactly(0x97, 1);
      assertThat(conversation.count("tidings.node.mqtt.filters.refused")).isEqualTo(1);
      assertThat(conversation.attachment().subscriptions.getLast().covers("a255")).isTrue();
    }
  }

  @Test
  void who_never_waits_for_an_answer_is_disconnected() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.attachment().holdsAnswers = true;
      for (int i = 0; i <= 1_000; i++) {
        subscribe(conversation, "tidings/#");
      }
      assertThat(conversation.ending()).isEqualTo("0x97 closed");
      assertThat(conversation.count("tidings.node.mqtt.filters.refused")).isEqualTo(1);
    }
  }

  @Test
  void an_unsuback_of_mqtt_311_is_four_bytes() {
    try (Conversation conversation = Conversation.connected(MQTT_3_1_1)) {
      conversation.send(
          MqttMessageBuilders.unsubscribe().messageId(3).addTopicFilter("tidings/#").build());

      assertThat(conversation.receiveBytes()).isEqualTo("b0020003");
    }
  }

  private static void subscribe(Conversation conversation, String... filters) {
    MqttMessageBuilders.SubscribeBuilder packet = MqttMessageBuilders.subscribe().messageId(2);
    for (String filter : filters) {
      packet.addSubscription(MqttQoS.AT_LEAST_ONCE, filter);
    }
    conversation.send(packet.build());
  }

  private static List<Short> unsubscribe(Conversation conversation, String... filters) {
    MqttMessageBuilders.UnsubscribeBuilder packet = MqttMessageBuilders.unsubscribe().messageId(3);
    for (String filter : filters) {
      packet.addTopicFilter(filter);
    }
    conversation.send(packet.build());
    MqttUnsubAckMessage answer = (MqttUnsubAckMessage) conversation.receive();
    assertThat(answer.variableHeader().messageId()).isEqualTo(3);
    return answer.payload().unsubscribeReasonCodes();
  }

  private static String subscribe(Conversation conversation, String filter, int qos) {
    try (conversation) {
      conversation.send(
          MqttMessageBuilders.subscribe()
              .messageId(1)
              .addSubscription(MqttQoS.valueOf(qos), filter)
              .build());
      MqttSubAckMessage subAck = (MqttSubAckMessage) conversation.receive();
      return Conversation.hex(subAck.payload().reasonCodes().getFirst().byteValue());
    }
  }
}
