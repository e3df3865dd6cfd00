package dev.tidings.node.mqtt;

import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_3_1_1;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a device may not send once it is connected, byte by byte.
 *
 * <p>Shows G78 of docs/guarantees.md.
 */
final class MalformedPacketChannelTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "21", "c1", "c2", "c4", "c8", "e1", "e8", "41", "51", "71", "f1", "60", "63", "6a", "80",
        "83", "8a", "a0", "a3", "aa"
      })
  void reserved_bits_of_the_fixed_header_are_malformed_whatever_follows(String first) {
    assertThat(ending(MQTT_5, first)).isEqualTo("0x81 closed");
    assertThat(ending(MQTT_3_1_1, first)).isEqualTo("closed");
  }

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void a_type_of_0_is_malformed(MqttVersion version) {
    assertThat(ending(version, "00 00")).isEqualTo(version == MQTT_5 ? "0x81 closed" : "closed");
  }

  @ParameterizedTest
  @CsvSource({"c08000, 0x81 closed, open", "c0808000, 0x81 closed, open"})
  void a_length_in_more_bytes_than_it_takes_is_malformed_in_mqtt_5(
      String packet, String ending, String ending311) {
    assertThat(ending(MQTT_5, packet)).isEqualTo(ending);
    try (Conversation old = Conversation.connected(MQTT_3_1_1)) {
      old.sendBytes(packet);
      assertThat(old.receiveBytes()).isEqualTo("d000");
      assertThat(old.ending()).isEqualTo(ending311);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "32 06 0001 61 0000 00", // packet id 0
        "38 04 0001 61 00", // a duplicate of QoS 0
        "36 06 0001 61 0001 00", // QoS 3
        "30 04 0001 2b 00", // topic +
        "30 06 0003 612f23 00", // topic a/#
        "30 04 0001 00 00", // topic U+0000
        "30 06 0003 eda080 00", // topic with a surrogate
        "30 09 0001 61 05 11 00000001", // a Session Expiry Interval
        "30 07 0001 61 03 21 0005", // a Receive Maximum
        "30 05 0001 61 02 01", // properties longer than the packet
        "30 0a 0001 61 06 08 0003 612f23", // Response Topic a/#
        "30 05 0001 61 8000", // properties in more bytes than needed
        "30 08 0001 61 04 03 0001 ff", // a Content Type that is no UTF-8
        "30 03 0001 61", // no length of properties
        "32 04 0001 61 00" // no packet id
      })
  void malformed_publish_packets_end_the_connection(String packet) {
    assertThat(ending(MQTT_5, packet)).isEqualTo("0x81 closed");
  }

  @ParameterizedTest
  @CsvSource({
    "30 08 0001 61 04 01 01 01 01, 0x82", // Payload Format Indicator
    "30 0e 0001 61 0a 02 00000001 02 00000001, 0x82", // Message Expiry Interval
    "30 0c 0001 61 08 03 0001 61 03 0001 61, 0x82", // Content Type
    "30 0c 0001 61 08 08 0001 61 08 0001 61, 0x82", // Response Topic
    "30 0c 0001 61 08 09 0001 61 09 0001 61, 0x82", // Correlation Data
    "30 0a 0001 61 06 23 0001 23 0001, 0x82", // Topic Alias
    "30 06 0001 61 02 01 02, 0x82", // a format of 2
    "30 06 0001 61 02 0b 05, 0x82", // a Subscription Identifier
    "30 03 0000 00, 0x82", // no topic
    "30 07 0001 61 03 23 0000, 0x94", // Topic Alias 0
    "30 07 0001 61 03 23 0001, 0x94" // Topic Alias above its maximum of 0
  })
  void publish_packets_that_break_the_protocol_end_the_connection(String packet, String reason) {
    assertThat(ending(MQTT_5, packet)).isEqualTo(reason + " closed");
  }

  @Test
  void a_publish_may_say_whatever_else_it_likes() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.sendBytes(
          "32 2a 0001 61 0001 21 01 01 02 00000001 03 0001 61 08 0001 61 09 0001 61"
              + "26 0001 61 0001 62 26 0001 61 0001 62 30 31 32");

      assertThat(conversation.receivePubAck()).isEqualTo("1 0x87");
      assertThat(conversation.ending()).isEqualTo("open");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "40 00, 0x81",
    "40 01 00, 0x81",
    "40 02 0000, 0x81", // packet id 0
    "40 05 0001 00 00 00, 0x81", // something behind the properties
    "40 06 0001 00 02 01 01, 0x81", // a Payload Format Indicator
    "40 0c 0001 00 08 1f 0001 61 1f 0001 61, 0x82", // two Reason Strings
    "e0 03 00 00 00, 0x81",
    "e0 04 00 02 17 01, 0x81", // a Request Problem Information
    "e0 0c 00 0a 11 00000000 11 00000000, 0x82",
    "e0 07 00 05 1c 0002 6162, 0x81", // a Server Reference
    "e0 01 8d, 0x82", // reasons of servers
    "e0 01 87, 0x82",
    "e0 01 9a, 0x82",
    "e0 01 01, 0x82", // reasons of nobody
    "e0 01 ff, 0x82",
    "c0 01 00, 0x81"
  })
  void acknowledgements_and_disconnects_are_read_to_the_letter(String packet, String reason) {
    assertThat(ending(MQTT_5, packet)).isEqualTo(reason + " closed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"4002 0001", "4003 0001 10", "4004 0001 00 00", "4009 0001 99 05 1f 0002 6e6f"})
  void a_puback_may_leave_out_what_goes_without_saying(String packet) {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.sendBytes(packet);

      assertThat(conversation.attachment().confirmed).containsExactly(1);
      assertThat(conversation.ending()).isEqualTo("open");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"4003 0001 00", "e001 00", "8206 0001 0001 61 04", "c001 00", "f000"})
  void mqtt_311_has_no_reasons_no_options_and_no_auth(String packet) {
    assertThat(ending(MQTT_3_1_1, packet)).isEqualTo("closed");
  }

  @ParameterizedTest
  @CsvSource({
    "82 08 0000 00 0002 612f 01, 0x81", // packet id 0
    "82 07 0001 00 0001 61 40, 0x81", // reserved bits
    "82 07 0001 00 0001 61 80, 0x81",
    "82 07 0001 00 0001 61 03, 0x82", // QoS 3
    "82 07 0001 00 0001 61 30, 0x82", // Retain Handling 3
    "82 06 0001 00 0001 61, 0x81", // no options
    "82 03 0001 00, 0x82", // no filter
    "82 06 0001 00 0001 ff, 0x81", // no UTF-8
    "82 0f 0001 00 0009 2473686172652f612f 04, 0x82", // shared and No Local
    "82 09 0001 02 0b 00 0001 61 00, 0xA1", // Subscription Identifier
    "82 0b 0001 04 0b 01 0b 02 0001 61 00, 0x82", // two of them
    "a2 03 0001 00, 0x82",
    "a2 06 0000 00 0001 61, 0x81",
    "a2 06 0001 00 0001 00, 0x81",
    "a2 08 0001 02 0b 01 0001 61, 0x81"
  })
  void subscriptions_are_read_to_the_letter(String packet, String reason) {
    assertThat(ending(MQTT_5, packet)).isEqualTo(reason + " closed");
  }

  @Test
  void options_for_retained_messages_are_taken_and_mean_nothing() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.sendBytes("82 0f 0001 00 0009 746964696e67732f23 2d");

      assertThat(conversation.receiveBytes()).isEqualTo("90040001" + "0001");
      assertThat(conversation.ending()).isEqualTo("open");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "f0 00, 0x82",
    "20 03 000000, 0x82",
    "90 04 0001 00 00, 0x82",
    "b0 04 0001 00 00, 0x82"
  })
  void auth_and_what_only_servers_send_break_the_protocol(String packet, String reason) {
    assertThat(ending(MQTT_5, packet)).isEqualTo(reason + " closed");
  }

  @Test
  void a_session_cannot_be_made_to_outlive_its_connection_at_the_end() {
    assertThat(ending(MQTT_5, "e0 07 00 05 11 00000001")).isEqualTo("0x82 closed");
    assertThat(ending(MQTT_5, "e0 07 00 05 11 00000000")).isEqualTo("closed");
    try (Conversation conversation = new Conversation(MQTT_5)) {
      conversation.sendBytes("10 13 0004 4d515454 05 02 003c 05 11 00000009 0001 61");
      conversation.receiveBytes();
      conversation.sendBytes("e0 07 00 05 11 00000001");
      assertThat(conversation.ending()).isEqualTo("closed");
    }
  }

  @Test
  void what_comes_behind_a_malformed_packet_is_not_read() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.sendBytes("c001 00 4002 0001 4002 0002");

      assertThat(conversation.attachment().confirmed).isEmpty();
      assertThat(conversation.receiveBytes()).isEqualTo("e00181");
    }
  }

  private static String ending(MqttVersion version, String packet) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.sendBytes(packet);
      String ending = conversation.ending();
      assertThat(conversation.attachment().detached).hasValue(1);
      return ending;
    }
  }
}
