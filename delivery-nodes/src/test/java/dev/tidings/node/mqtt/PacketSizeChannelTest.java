package dev.tidings.node.mqtt;

import static dev.tidings.node.mqtt.Conversation.properties;
import static io.netty.handler.codec.mqtt.MqttProperties.MAXIMUM_PACKET_SIZE;
import static io.netty.handler.codec.mqtt.MqttProperties.SESSION_EXPIRY_INTERVAL;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.mqtt.subscribe.SubscriptionAnswers;
import dev.tidings.node.session.Farewell;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No packet whatever is larger than the device says it takes [MQTT-3.1.2-24]. */
final class PacketSizeChannelTest {

  @ParameterizedTest
  @CsvSource({"60, false, 26", "60, true, 31", "0, false, 29", "0, true, 34"})
  void who_can_be_told_what_the_node_does_is_accepted_and_nobody_else(
      int keepAlive, boolean longSession, int size) {
    assertThat(connect(keepAlive, longSession, size)).hasSize(2 * size).startsWith("20");
    assertThat(connect(keepAlive, longSession, size - 1)).isEqualTo("2003009500");
  }

  private static String connect(int keepAlive, boolean longSession, int maxPacketBytes) {
    try (Conversation conversation = new Conversation(MQTT_5)) {
      MqttProperties properties = properties(MAXIMUM_PACKET_SIZE, maxPacketBytes);
      if (longSession) {
        properties.add(new MqttProperties.IntegerProperty(SESSION_EXPIRY_INTERVAL, 60));
      }
      conversation.send(
          conversation.connectPacket(
              connect -> connect.keepAlive(keepAlive).properties(properties)));
      return conversation.receiveBytes();
    }
  }

  @ParameterizedTest
  @CsvSource({"5, 2003009500", "4, ''", "1, ''"})
  void a_refusal_is_not_sent_where_it_is_too_large_itself(int maxPacketBytes, String answer) {
    assertThat(connect(60, false, maxPacketBytes)).isEqualTo(answer);
    try (Conversation nameless = new Conversation(MQTT_5)) {
      nameless.send(
          nameless.connectPacket(connect ->
              connect.clientId("").properties(properties(MAXIMUM_PACKET_SIZE, maxPacketBytes))));
      assertThat(nameless.receiveBytes()).isEqualTo(answer.replace("95", "85"));
      assertThat(nameless.node.isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_answer_to_more_filters_than_fit_is_not_sent_and_the_device_told(boolean subscribe) {
    // Type, length, packet id, no properties, a code for each: 26 bytes for 21 filters.
    try (Conversation fits = small();
        Conversation tooMany = small()) {
      fits.send(filters(subscribe, 21));
      tooMany.send(filters(subscribe, 22));

      assertThat(fits.receiveBytes()).hasSize(2 * 26);
      assertThat(fits.ending()).isEqualTo("open");
      assertThat(tooMany.receiveBytes()).isEqualTo("e00195");
      assertThat(tooMany.node.isOpen()).isFalse();
    }
  }

  @Test
  void the_length_of_an_answer_counts_as_it_grows() {
    for (int filters : new int[] {124, 125, 16_380, 16_381}) {
      int size = filters + 5 + (filters > 124 ? 1 : 0) + (filters > 16_380 ? 1 : 0);
      assertThat(SubscriptionAnswers.size(filters)).isEqualTo(size);
    }
  }

  @Test
  void whoever_is_accepted_can_be_told_why_it_ends() {
    try (Conversation conversation = small()) {
      conversation.send(MqttMessage.PINGREQ);
      conversation.publish("elsewhere", MqttQoS.AT_LEAST_ONCE, 1, "");
      conversation.attachment().link.close(Farewell.TAKEN_OVER);

      assertThat(conversation.receiveBytes()).isEqualTo("d000" + "400400018700" + "e0018e");
    }
  }

  private static Conversation small() {
    Conversation conversation = new Conversation(MQTT_5);
    conversation.connect(connect -> connect.properties(properties(MAXIMUM_PACKET_SIZE, 26)));
    return conversation;
  }

  private static MqttMessage filters(boolean subscribe, int count) {
    var subscription = MqttMessageBuilders.subscribe().messageId(1);
    var unsubscription = MqttMessageBuilders.unsubscribe().messageId(1);
    for (int i = 0; i < count; i++) {
      subscription.addSubscription(MqttQoS.AT_LEAST_ONCE, "tidings/" + i);
      unsubscription.addTopicFilter("tidings/" + i);
    }
    return subscribe ? subscription.build() : unsubscription.build();
  }
}
