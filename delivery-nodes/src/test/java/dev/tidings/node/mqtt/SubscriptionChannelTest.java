package dev.tidings.node.mqtt;

import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_3_1_1;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.session.DeviceLink;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SubscriptionChannelTest {

  @ParameterizedTest
  @CsvSource({
    "tidings/#, 0, 0x00, 0x00",
    "tidings/#, 1, 0x01, 0x01",
    "tidings/#, 2, 0x01, 0x01",
    "tidings/com.example.news/#, 1, 0x01, 0x01",
    "tidings/+/+, 1, 0x01, 0x01",
    "$tidings/registered, 1, 0x01, 0x01",
    "$tidings/unregistered, 0, 0x00, 0x00",
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
  void aFilterIsGrantedRefusedOrInvalid(String filter, int qos, String code, String code311) {
    assertThat(subscribe(Conversation.connected(MQTT_5), filter, qos)).isEqualTo(code);
    assertThat(subscribe(Conversation.connected(MQTT_3_1_1), filter, qos)).isEqualTo(code311);
  }

  @Test
  void eachFilterHasItsAnswerInItsOrder() {
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
  void subscriptionIdentifiersAreNotSupported() {
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
  void noFilterAtAllIsAProtocolError(String packet, String packet311) {
    try (Conversation conversation = Conversation.connected(MQTT_5);
        Conversation old = Conversation.connected(MQTT_3_1_1)) {
      conversation.sendBytes(packet);
      old.sendBytes(packet311);

      assertThat(conversation.ending()).isEqualTo("0x82 closed");
      assertThat(old.ending()).isEqualTo("closed");
    }
  }

  @Test
  void anUnsubscribeSucceedsAndNotificationsArriveAllTheSame() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.send(
          MqttMessageBuilders.unsubscribe()
              .messageId(3)
              .addTopicFilter("tidings/#")
              .addTopicFilter("others")
              .addTopicFilter("#/a")
              .build());
      DeviceLink link = conversation.attachment().link;
      link.push(1, false, Deliveries.delivery());
      link.flush();

      MqttUnsubAckMessage unsubAck = (MqttUnsubAckMessage) conversation.receive();
      assertThat(unsubAck.variableHeader().messageId()).isEqualTo(3);
      assertThat(unsubAck.payload().unsubscribeReasonCodes())
          .containsExactly((short) 0x00, (short) 0x11, (short) 0x8F);
      assertThat(conversation.receivePublish()).startsWith(Deliveries.TOPIC);
    }
  }

  @Test
  void anUnsubAckOfMqtt311IsFourBytes() {
    try (Conversation conversation = Conversation.connected(MQTT_3_1_1)) {
      conversation.send(
          MqttMessageBuilders.unsubscribe().messageId(3).addTopicFilter("tidings/#").build());

      assertThat(conversation.receiveBytes()).isEqualTo("b0020003");
    }
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
