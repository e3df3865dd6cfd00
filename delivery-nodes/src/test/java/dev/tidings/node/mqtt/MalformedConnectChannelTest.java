package dev.tidings.node.mqtt;

import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_3_1_1;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a CONNECT may not say, byte by byte.
 *
 * <p>Shows G78 of docs/guarantees.md.
 */
final class MalformedConnectChannelTest {
  private static final String A = "0001 61";
  private static final String WILL = "0001 77 0001 78";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "11 00000001 11 00000001", // Session Expiry Interval
        "21 0005 21 0005", // Receive Maximum
        "27 00001000 27 00001000", // Maximum Packet Size
        "22 0001 22 0002", // Topic Alias Maximum
        "19 00 19 00", // Request Response Information
        "17 01 17 01", // Request Problem Information
        "15 0001 61 15 0001 61", // Authentication Method
        "15 0001 61 16 0001 61 16 0001 61" // Authentication Data
      })
  void a_property_said_twice_is_a_protocol_error(String properties) {
    assertThat(connAck5("02", properties, A)).isEqualTo("82");
  }

  @ParameterizedTest
  @ValueSource(strings = {"17 02", "19 ff", "21 0000", "27 00000000", "16 0001 61"})
  void a_property_without_its_like_or_with_a_value_it_cannot_have_is_a_protocol_error(
      String properties) {
    assertThat(connAck5("02", properties, A)).isEqualTo("82");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "23 0001", // a Topic Alias
        "01 01", // a Payload Format Indicator
        "24 01", // a Maximum QoS, which only servers send
        "7f 00", // none
        "21 00", // cut off
        "26 0001 61", // half a pair
        "26 0001 61 0001 ff", // and one that is no UTF-8
        "a1 00 0005" // an identifier in more bytes than it takes
      })
  void a_property_that_does_not_belong_there_or_is_cut_off_is_malformed(String properties) {
    assertThat(connAck5("02", properties, A)).isEqualTo("81");
  }

  @ParameterizedTest
  @ValueSource(strings = {"8000", "ff7f", "ffffff7f", "80808001", "8080808001"})
  void a_length_of_properties_that_is_too_long_is_malformed(String length) {
    assertThat(answer(MQTT_5, "0004 4d515454 05 02 003c " + length + A)).endsWith("8100");
  }

  @ParameterizedTest
  @CsvSource({"0e,00", "8e00,81", "8e8000,81", "8e808000,81", "8e80808000,"})
  void the_length_of_a_connect_takes_as_few_bytes_as_it_can(String length, String answer) {
    String body = "0004 4d515454 05 02 003c 00" + A;
    try (Conversation conversation = new Conversation(MQTT_5)) {
      conversation.sendBytes(("10" + length + body).replace(" ", ""));

      String connAck = conversation.receiveBytes();
      if (answer == null) {
        // Who knows in which version to answer.
        assertThat(connAck).isEmpty();
      } else {
        assertThat(connAck.substring(0, 2) + connAck.substring(6, 8)).isEqualTo("20" + answer);
      }
      assertThat(conversation.node.isOpen()).isEqualTo("00".equals(answer));
    }
  }

  @Test
  void before_mqtt_5_the_length_of_a_connect_may_take_more() {
    try (Conversation conversation = new Conversation(MQTT_3_1_1)) {
      conversation.sendBytes("108d000004" + "4d515454" + "04" + "02" + "003c" + "000161");

      assertThat(conversation.receiveBytes()).isEqualTo("20020000");
    }
  }

  @Test
  void a_user_property_may_be_repeated_and_zeros_and_ones_are_answers() {
    assertThat(connAck5("02", "26 0001 61 0001 62 26 0001 61 0001 62 17 00 19 01", A))
        .isEqualTo("00");
  }

  @ParameterizedTest
  @CsvSource({
    "06, '', '', 00",
    "0e, '', '', 00", // QoS 1
    "16, '', '', 00", // QoS 2
    "26, '', '', 00", // retained
    "36, '', '', 00", // both
    "1e, '', '', 81", // QoS 3
    "0a, '', '', 81", // a QoS without a Will
    "22, '', '', 81", // retained without a Will
    "06, 18 00000005 18 00000005, '', 82",
    "06, 18 00000005 01 01 02 00000009 03 0001 61 08 0001 61 09 0001 61, '', 00",
    "06, 11 00000005, '', 81",
    "06, '', 0001 23 0001 78, 81", // #
    "06, '', 0003 612f2b 0001 78, 81", // a/+
    "06, '', 0000 0001 78, 81"
  })
  void a_will_that_is_well_formed_is_taken_and_dropped(
      String flags, String properties, String will, String code) {
    int bits = Integer.parseInt(flags, 16);
    String payload =
        (bits & 0x04) == 0 ? A : A + sized(properties) + (will.isEmpty() ? WILL : will);
    assertThat(connAck5(flags, "", payload)).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"16", "26"})
  void before_mqtt_5_a_will_that_is_well_formed_is_taken_and_dropped(String flags) {
    assertThat(answer(MQTT_3_1_1, "0004 4d515454 04" + flags + "003c" + A + WILL))
        .isEqualTo("20020000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0003 610062", // U+0000
        "0003 eda080", // a surrogate
        "0002 c080", // an overlong form
        "0001 ff",
        "", // none
        "0002 61", // cut off
        "0001 61 00" // something behind it
      })
  void a_client_id_that_is_no_text_or_does_not_end_with_the_packet_is_malformed(String payload) {
    assertThat(connAck5("02", "", payload)).isEqualTo("81");
    assertThat(answer(MQTT_3_1_1, "0004 4d515454 04 02 003c" + payload)).isEqualTo("closed");
  }

  @ParameterizedTest
  @CsvSource({"82, 0001 61", "c2, 0001 61 0001 75", "42, 0001 61", "82, 0001 61 0001 ff"})
  void a_flag_without_its_field_is_malformed(String flags, String payload) {
    assertThat(connAck5(flags, "", payload)).isEqualTo("81");
  }

  @ParameterizedTest
  @CsvSource({"82, 0001 61 0001 75", "c2, 0001 61 0001 75 0001 70", "42, 0001 61 0001 70"})
  void flags_say_which_fields_follow(String flags, String payload) {
    assertThat(connAck5(flags, "", payload)).isEqualTo("00");
  }

  @Test
  void a_byte_order_mark_is_part_of_the_client_id() {
    try (Conversation conversation = new Conversation(MQTT_5)) {
      conversation.sendBytes(packet("0004 4d515454 05 02 003c 00 0004 efbbbf61"));

      assertThat(conversation.attachment().device).hasToString("\uFEFFa");
    }
  }

  @Test
  void clean_start_or_not_the_session_is_new_and_the_device_the_same() {
    for (String flags : new String[] {"00", "02"}) {
      try (Conversation conversation = new Conversation(MQTT_5)) {
        conversation.sendBytes(packet("0004 4d515454 05" + flags + "003c 00 0001 61"));

        assertThat(conversation.receiveBytes()).startsWith("2018000015");
        assertThat(conversation.attachment().device).hasToString("a");
      }
    }
  }

  private static String connAck5(String flags, String properties, String payload) {
    String answer =
        answer(MQTT_5, "0004 4d515454 05" + flags + "003c" + sized(properties) + payload);
    assertThat(answer).startsWith("20");
    return answer.substring(6, 8);
  }

  /** What the node says to a CONNECT, in hexadecimal, or that it says nothing. */
  private static String answer(MqttVersion version, String connect) {
    try (Conversation conversation = new Conversation(version)) {
      conversation.sendBytes(packet(connect));
      String answer = conversation.receiveBytes();
      boolean accepted = answer.startsWith("0000", 4);
      assertThat(conversation.node.isOpen()).isEqualTo(accepted);
      assertThat(conversation.directory.attachments).hasSize(accepted ? 1 : 0);
      return answer.isEmpty() ? "closed" : answer;
    }
  }

  private static String packet(String body) {
    String hex = body.replace(" ", "");
    return "10%02x".formatted(hex.length() / 2) + hex;
  }

  private static String sized(String properties) {
    String hex = properties.replace(" ", "");
    return "%02x".formatted(hex.length() / 2) + hex;
  }
}
