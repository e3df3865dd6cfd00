package dev.tidings.node.mqtt;

import static io.netty.handler.codec.mqtt.MqttProperties.PUBLICATION_EXPIRY_INTERVAL;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_3_1_1;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.session.DeviceLink;
import dev.tidings.schemas.avro.Delivery;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What other servers fell into, as far as a single connection shows it. */
final class KnownTrapsChannelTest {
  private static final String APP = "{\"app\":\"com.example.news\"}";

  @ParameterizedTest
  @CsvSource({"MQTT_5, 2003008500", "MQTT_3_1_1, 20020002"})
  void what_follows_a_refused_connect_is_not_looked_at(MqttVersion version, String refusal) {
    try (Conversation conversation = new Conversation(version)) {
      conversation.node.writeInbound(
          Unpooled.wrappedBuffer(
              conversation.encode(conversation.connectPacket(connect -> connect.clientId(""))),
              conversation.encode(register(1)),
              conversation.encode(MqttMessage.PINGREQ)));

      assertThat(conversation.receiveBytes()).isEqualTo(refusal);
      assertThat(conversation.registrar.asked).isEmpty();
    }
  }

  @Test
  void the_time_left_has_gone_down_when_it_is_pushed_again() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      Delivery delivery =
          Deliveries.builder().setExpiration(Deliveries.NOW.toEpochMilli() + 60_000).build();

      assertThat(secondsLeft(conversation, 1, delivery)).isEqualTo(60);
      conversation.now = Deliveries.NOW.plusSeconds(45);
      assertThat(secondsLeft(conversation, 2, delivery)).isEqualTo(15);
    }
  }

  private static int secondsLeft(Conversation conversation, int packetId, Delivery delivery) {
    DeviceLink link = conversation.attachment().link;
    link.push(packetId, packetId > 1, delivery);
    link.flush();
    MqttPublishMessage publish = (MqttPublishMessage) conversation.receive();
    publish.release();
    return (Integer)
        publish.variableHeader().properties().getProperty(PUBLICATION_EXPIRY_INTERVAL).value();
  }

  @Test
  void a_device_without_credit_is_still_answered() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      for (int packetId = 1; packetId <= conversation.attachment().credit; packetId++) {
        conversation.attachment().link.push(packetId, false, Deliveries.delivery());
      }
      conversation.send(MqttMessage.PINGREQ);
      conversation.send(register(9));

      assertThat(conversation.receive().fixedHeader().messageType())
          .isEqualTo(MqttMessageType.PINGRESP);
      assertThat(conversation.receivePublish()).startsWith("$tidings/registered");
      assertThat(conversation.receivePubAck()).isEqualTo("9 0x00");
      conversation.attachment().link.flush();
    }
  }

  @Test
  void a_packet_id_that_was_acknowledged_is_a_new_one() {
    try (Conversation conversation = Conversation.connected(MQTT_3_1_1)) {
      for (int times = 0; times < 2; times++) {
        conversation.send(register(5));

        assertThat(conversation.receivePublish()).startsWith("$tidings/registered");
        assertThat(conversation.receivePubAck()).isEqualTo("5 0x00");
      }
      assertThat(conversation.registrar.asked).hasSize(2);
    }
  }

  @Test
  void a_device_that_only_confirms_and_never_pings_stays_connected() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      for (int packetId = 1; packetId < 20; packetId++) {
        conversation.advance(Duration.ofSeconds(80));
        conversation.pubAck(packetId, 0);
      }

      assertThat(conversation.ending()).isEqualTo("open");
    }
  }

  private static MqttMessage register(int packetId) {
    return MqttMessageBuilders.publish()
        .topicName("$tidings/register")
        .qos(MqttQoS.AT_LEAST_ONCE)
        .messageId(packetId)
        .payload(Unpooled.wrappedBuffer(Deliveries.bytes(APP)))
        .build();
  }
}
