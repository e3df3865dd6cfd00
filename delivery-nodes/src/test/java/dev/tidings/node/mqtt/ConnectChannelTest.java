package dev.tidings.node.mqtt;

import static dev.tidings.node.mqtt.Conversation.properties;
import static io.netty.handler.codec.mqtt.MqttProperties.ASSIGNED_CLIENT_IDENTIFIER;
import static io.netty.handler.codec.mqtt.MqttProperties.AUTHENTICATION_METHOD;
import static io.netty.handler.codec.mqtt.MqttProperties.MAXIMUM_PACKET_SIZE;
import static io.netty.handler.codec.mqtt.MqttProperties.MAXIMUM_QOS;
import static io.netty.handler.codec.mqtt.MqttProperties.RECEIVE_MAXIMUM;
import static io.netty.handler.codec.mqtt.MqttProperties.RETAIN_AVAILABLE;
import static io.netty.handler.codec.mqtt.MqttProperties.SERVER_KEEP_ALIVE;
import static io.netty.handler.codec.mqtt.MqttProperties.SESSION_EXPIRY_INTERVAL;
import static io.netty.handler.codec.mqtt.MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE;
import static io.netty.handler.codec.mqtt.MqttProperties.SUBSCRIPTION_IDENTIFIER_AVAILABLE;
import static io.netty.handler.codec.mqtt.MqttProperties.TOPIC_ALIAS_MAXIMUM;
import static io.netty.handler.codec.mqtt.MqttProperties.WILDCARD_SUBSCRIPTION_AVAILABLE;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_3_1_1;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.mqtt.FakeDirectory.Answer;
import dev.tidings.node.route.Admission;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConnectChannelTest {

  @Test
  void mqtt_5_is_told_what_the_node_can_do() {
    try (Conversation conversation = new Conversation(MQTT_5)) {
      MqttConnAckMessage connAck = conversation.connect(connect -> {});

      assertThat(code(connAck)).isEqualTo("0x00");
      assertThat(connAck.variableHeader().isSessionPresent()).isFalse();
      assertThat(values(connAck))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  RECEIVE_MAXIMUM, 3,
                  MAXIMUM_QOS, 1,
                  RETAIN_AVAILABLE, 1,
                  MAXIMUM_PACKET_SIZE, 4096,
                  TOPIC_ALIAS_MAXIMUM, 0,
                  WILDCARD_SUBSCRIPTION_AVAILABLE, 1,
                  SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0,
                  SHARED_SUBSCRIPTION_AVAILABLE, 0));
      assertThat(conversation.count("tidings.node.mqtt.connects")).isEqualTo(1);
    }
  }

  @Test
  void mqtt_311_gets_a_connack_of_four_bytes() {
    try (Conversation conversation = new Conversation(MQTT_3_1_1)) {
      conversation.send(conversation.connectPacket(connect -> {}));

      assertThat(conversation.receiveBytes()).isEqualTo("20020000");
    }
  }

  @Test
  void a_keep_alive_beyond_the_cap_and_a_longer_session_are_answered_with_what_counts() {
    try (Conversation conversation = new Conversation(MQTT_5)) {
      MqttConnAckMessage connAck =
          conversation.connect(connect ->
              connect.keepAlive(3600).properties(properties(SESSION_EXPIRY_INTERVAL, -1)));

      assertThat(values(connAck))
          .containsEntry(SERVER_KEEP_ALIVE, 600)
          .containsEntry(SESSION_EXPIRY_INTERVAL, 0)
          .doesNotContainKey(ASSIGNED_CLIENT_IDENTIFIER);
    }
  }

  @Test
  void no_keep_alive_means_the_servers() {
    try (Conversation conversation = new Conversation(MQTT_5)) {
      assertThat(values(conversation.connect(connect -> connect.keepAlive(0))))
          .containsEntry(SERVER_KEEP_ALIVE, 600);
    }
  }

  @Test
  void the_credit_is_the_receive_maximum_up_to_the_cap() {
    try (Conversation small = new Conversation(MQTT_5);
        Conversation large = Conversation.connected(MQTT_5);
        Conversation old = Conversation.connected(MQTT_3_1_1)) {
      small.connect(connect -> connect.properties(properties(RECEIVE_MAXIMUM, 5)));

      assertThat(small.attachment().credit).isEqualTo(5);
      assertThat(large.attachment().credit).isEqualTo(64);
      assertThat(old.attachment().credit).isEqualTo(64);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void a_will_is_accepted_and_ignored(MqttVersion version) {
    try (Conversation conversation = new Conversation(version)) {
      MqttConnAckMessage connAck =
          conversation.connect(
              connect -> connect.willFlag(true).willTopic("last").willMessage(new byte[] {1}));

      assertThat(code(connAck)).isEqualTo("0x00");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "00 06 4d5149736470 03 02 003c 0001 61", // MQTT 3.1
    "00 04 4d515454 03 02 003c 0001 61",
    "00 04 4d515454 06 02 003c 00 0001 61",
    "00 04 41425454 04 02 003c 0001 61"
  })
  void other_protocols_are_refused_in_a_way_any_client_reads(String body) {
    try (Conversation conversation = new Conversation(MQTT_3_1_1)) {
      int length = body.replace(" ", "").length() / 2;
      conversation.sendBytes("10" + "%02x".formatted(length) + body);

      assertThat(conversation.receiveBytes()).isEqualTo("20020001");
      assertThat(conversation.node.isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5, 0x85", "MQTT_3_1_1, 0x02"})
  void a_client_id_that_is_no_serial_number_is_refused(MqttVersion version, String code) {
    for (String clientId : new String[] {"", "x".repeat(129), "bell\u0007"}) {
      try (Conversation conversation = new Conversation(version)) {
        assertThat(code(conversation.connect(connect -> connect.clientId(clientId))))
            .isEqualTo(code);
        assertThat(conversation.node.isOpen()).isFalse();
        assertThat(conversation.directory.attachments).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MQTT_5, NOT_HERE",
    "MQTT_5, SHUTTING_DOWN",
    "MQTT_3_1_1, NOT_HERE",
    "MQTT_3_1_1, SHUTTING_DOWN"
  })
  void an_inbox_that_cannot_take_the_device_now_is_no_refusal_that_a_client_could_take_for_final(
      MqttVersion version, Answer answer) {
    try (Conversation conversation = new Conversation(version)) {
      conversation.directory.answer = answer;

      assertThat(conversation.connect(connect -> {})).isNull();
      assertThat(conversation.node.isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = MqttVersion.class,
      names = {"MQTT_5", "MQTT_3_1_1"})
  void an_inbox_that_does_not_answer_is_no_refusal_either(MqttVersion version) {
    try (Conversation conversation = new Conversation(version)) {
      conversation.directory.answer = Answer.NONE;
      conversation.send(conversation.connectPacket(connect -> {}));
      conversation.advance(Duration.ofSeconds(6));

      assertThat(conversation.receive()).isNull();
      assertThat(conversation.node.isOpen()).isFalse();
      conversation.attachment().link.attached(conversation.attachment());
      assertThat(conversation.attachment().detached).hasValue(1);
      assertThat(conversation.receive()).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = MqttVersion.class,
      names = {"MQTT_5", "MQTT_3_1_1"})
  void a_connection_too_many_is_no_refusal_either(MqttVersion version) {
    try (Conversation conversation = new Conversation(version, Admission.BUSY)) {
      assertThat(conversation.connect(connect -> {})).isNull();
      assertThat(conversation.node.isOpen()).isFalse();
      assertThat(conversation.directory.attachments).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {RECEIVE_MAXIMUM, MAXIMUM_PACKET_SIZE})
  void a_maximum_of_nothing_is_a_protocol_error(int property) {
    try (Conversation conversation = new Conversation(MQTT_5)) {
      assertThat(code(conversation.connect(connect -> connect.properties(properties(property, 0)))))
          .isEqualTo("0x82");
    }
  }

  @Test
  void extended_authentication_is_refused() {
    try (Conversation conversation = new Conversation(MQTT_5)) {
      MqttProperties properties = new MqttProperties();
      properties.add(new MqttProperties.StringProperty(AUTHENTICATION_METHOD, "SCRAM"));

      assertThat(code(conversation.connect(connect -> connect.properties(properties))))
          .isEqualTo("0x8C");
    }
  }

  @Test
  void a_connect_that_is_too_large_or_malformed_is_refused_with_a_reason_in_mqtt_5() {
    try (Conversation large = new Conversation(MQTT_5);
        Conversation reserved = new Conversation(MQTT_5)) {
      MqttConnAckMessage tooLarge =
          large.connect(connect -> connect.username("u").password(new byte[5000]));
      reserved.sendBytes("100e 0004 4d515454 05 03 003c 00 0001 61");

      assertThat(code(tooLarge)).isEqualTo("0x95");
      assertThat(reserved.receiveBytes()).isEqualTo("2003008100");
      assertThat(large.node.isOpen() || reserved.node.isOpen()).isFalse();
    }
  }

  @Test
  void a_malformed_connect_of_mqtt_311_is_just_closed() {
    try (Conversation conversation = new Conversation(MQTT_3_1_1)) {
      conversation.sendBytes("100d 0004 4d515454 04 03 003c 0001 61");

      assertThat(conversation.ending()).isEqualTo("closed");
    }
  }

  @Test
  void what_comes_before_a_connect_is_not_answered() {
    for (String bytes :
        new String[] {"c000", "e000", "4002 0001", "00", "ffffffffff", "30", "82 7f"}) {
      try (Conversation conversation = new Conversation(MQTT_5)) {
        conversation.sendBytes(bytes);

        assertThat(conversation.ending()).isEqualTo("closed");
      }
    }
  }

  @Test
  void a_connection_without_a_connect_is_closed_in_time() {
    try (Conversation conversation = new Conversation(MQTT_5)) {
      conversation.sendBytes("10");
      conversation.advance(Duration.ofMillis(4_999));
      assertThat(conversation.node.isOpen()).isTrue();
      conversation.advance(Duration.ofMillis(1));

      assertThat(conversation.ending()).isEqualTo("closed");
      assertThat(conversation.count("tidings.node.mqtt.connect.timeouts")).isEqualTo(1);
    }
  }

  @Test
  void packets_sent_right_behind_the_connect_wait_for_the_inbox() {
    try (Conversation conversation = new Conversation(MQTT_5)) {
      conversation.directory.answer = Answer.NONE;
      conversation.node.writeInbound(
          Unpooled.wrappedBuffer(
              conversation.encode(conversation.connectPacket(connect -> {})),
              conversation.encode(MqttMessage.PINGREQ)));
      assertThat(conversation.receive()).isNull();
      assertThat(conversation.node.config().isAutoRead()).isFalse();

      conversation.attachment().link.attached(conversation.attachment());
      assertThat(conversation.receive().fixedHeader().messageType())
          .isEqualTo(MqttMessageType.CONNACK);
      assertThat(conversation.receive().fixedHeader().messageType())
          .isEqualTo(MqttMessageType.PINGRESP);
      assertThat(conversation.node.config().isAutoRead()).isTrue();
    }
  }

  @Test
  void a_second_connect_is_a_protocol_error_in_the_first_ones_version() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.sendBytes("100d 0004 4d515454 04 02 003c 0001 61");

      assertThat(conversation.receiveBytes()).isEqualTo("e00182");
      assertThat(conversation.node.isOpen()).isFalse();
      assertThat(conversation.attachment().detached).hasValue(1);
    }
  }

  private static String code(MqttConnAckMessage connAck) {
    return Conversation.hex(connAck.variableHeader().connectReturnCode().byteValue());
  }

  private static Map<Integer, Integer> values(MqttConnAckMessage connAck) {
    Map<Integer, Integer> values = new LinkedHashMap<>();
    for (var property : connAck.variableHeader().properties().listAll()) {
      values.put(property.propertyId(), (Integer) property.value());
    }
    return values;
  }
}
