package dev.tidings.node.mqtt;

import static io.netty.handler.codec.mqtt.MqttQoS.AT_LEAST_ONCE;
import static io.netty.handler.codec.mqtt.MqttQoS.AT_MOST_ONCE;
import static io.netty.handler.codec.mqtt.MqttQoS.EXACTLY_ONCE;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_3_1_1;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.value.BroadcastTopic;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G39 and G147 of docs/guarantees.md. */
final class RegistrationChannelTest {
  private static final String APP = "{\"app\":\"com.example.news\"}";
  private static final String REGISTERED =
      "$tidings/registered {\"app\":\"com.example.news\",\"token\":\""
          + FakeRegistrar.TOKEN.hex()
          + "\"}";

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void an_app_is_registered_answered_and_acknowledged(MqttVersion version) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.publish("$tidings/register", AT_LEAST_ONCE, 9, APP);

      assertThat(conversation.receivePublish()).isEqualTo(REGISTERED);
      assertThat(conversation.receivePubAck()).isEqualTo("9 0x00");
      assertThat(conversation.registrar.asked).containsExactly("register phone-1 com.example.news");
    }
  }

  @Test
  void locale_timezone_and_fields_of_a_later_version_may_come_with_it() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.publish(
          "$tidings/register",
          AT_MOST_ONCE,
          0,
          "{\"more\":{\"a\":[1]},\"app\":\"com.example.news\",\"locale\":\"de-AT\","
              + "\"timeZone\":\"Europe/Vienna\"}");

      assertThat(conversation.receivePublish()).isEqualTo(REGISTERED);
      assertThat(conversation.receive()).isNull();
      assertThat(conversation.registrar.asked)
          .containsExactly("register phone-1 com.example.news de-AT Europe/Vienna");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"locale\":\"zh_CN\"|zh-CN",
        "\"locale\":\"zh_CN_#Hans\"|zh-Hans-CN",
        "\"locale\":\"zh__#Hans\"|zh-Hans",
        "\"locale\":\"zh-Hans_CN\"|zh-Hans-CN",
        "\"locale\":\"zh-rCN\"|zh-CN",
        "\"locale\":\"b+sr+Latn+RS\"|sr-Latn-RS",
        "\"locale\":\"en_US_POSIX\"|en-US-u-va-posix",
        "\"locale\":\"en_US@currency=EUR\"|en-US",
        "\"locale\":\"de_DE.UTF-8@euro\"|de-DE",
        "\"locale\":\"th_TH_TH_#u-nu-thai\"|th-TH",
        "\"locale\":\"es-419\"|es-419",
        "\"locale\":null|``",
        "\"timeZone\":\"GMT+05:30\"|GMT+05:30",
        "\"timeZone\":\"GMT+5:30\"|GMT+05:30",
        "\"timeZone\":\"UTC+8\"|UTC+08:00",
        "\"timeZone\":\"America/Argentina/Buenos_Aires\"|America/Argentina/Buenos_Aires"
      })
  void hints_are_normalised_from_what_devices_print(String hint, String stored) {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      String request = "{\"app\":\"com.example.news\"," + hint + "}";
      conversation.publish("$tidings/register", AT_LEAST_ONCE, 1, request);

      assertThat(conversation.receivePublish()).isEqualTo(REGISTERED);
      assertThat(conversation.registrar.asked)
          .containsExactly(("register phone-1 com.example.news " + stored).strip());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"locale\":\"\"|\"locale\"",
        "\"locale\":\"!\"|\"locale\"",
        "\"locale\":\"C\"|\"locale\"",
        "\"locale\":\"@\"|\"locale\"",
        "\"locale\":\"_#\"|\"locale\"",
        "\"locale\":\"english\"|\"locale\"",
        "\"locale\":7|\"locale\"",
        "\"locale\":{\"a\":[1]}|\"locale\"",
        "\"timeZone\":\"\"|\"timeZone\"",
        "\"timeZone\":\"Mars/Olympus\"|\"timeZone\"",
        "\"timeZone\":\"GMT+99:00\"|\"timeZone\"",
        "\"timeZone\":[\"Europe/Vienna\"]|\"timeZone\"",
        "\"timeZone\":true,\"locale\":\"?\"|\"timeZone\",\"locale\""
      })
  void a_hint_that_is_not_understood_is_left_out_and_said_so(String hints, String ignored) {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      String request = "{" + hints + ",\"app\":\"com.example.news\"}";
      conversation.publish("$tidings/register", AT_LEAST_ONCE, 1, request);

      assertThat(conversation.receivePublish())
          .isEqualTo(REGISTERED.replace("\"}", "\",\"ignored\":[" + ignored + "]}"));
      assertThat(conversation.receivePubAck()).isEqualTo("1 0x00");
      assertThat(conversation.registrar.asked).containsExactly("register phone-1 com.example.news");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"tags\":[\"beta\"]|+tag:beta -tag:new|",
        "\"tags\":[]|-tag:beta -tag:new|",
        "\"tags\":[\"new\",\"beta\",\"new\"]|+tag:beta +tag:new|",
        "\"tags\":null||",
        "\"tags\":[\"vip\",\"new\"]|+tag:new -tag:beta|\"tags\"",
        "\"tags\":[\"a b\"]|-tag:beta -tag:new|\"tags\"",
        "\"tags\":[{\"a\":[1]},7,\"new\"]|+tag:new -tag:beta|\"tags\"",
        "\"tags\":\"new\"||\"tags\"",
        "\"user\":\"anna@a.b\"|user:anna%40a.b|",
        "\"user\":\"50%\"|user:50%25|",
        "\"user\":7||\"user\"",
        "\"user\":null||",
      })
  void a_device_says_who_it_is_and_which_of_the_tags_for_devices_it_has(
      String members, String stored, String ignored) {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.registrar.ownTags = tags("beta", "new");
      String request = "{" + members + ",\"app\":\"com.example.news\"}";
      conversation.publish("$tidings/register", AT_LEAST_ONCE, 1, request);

      assertThat(conversation.receivePublish())
          .isEqualTo(
              ignored == null
                  ? REGISTERED
                  : REGISTERED.replace("\"}", "\",\"ignored\":[" + ignored + "]}"));
      assertThat(conversation.registrar.asked)
          .containsExactly(
              ("register phone-1 com.example.news " + (stored == null ? "" : stored)).strip());
    }
  }

  private static Set<BroadcastTopic> tags(String... names) {
    return Stream.of(names)
        .map(name -> BroadcastTopic.tag(name).orElseThrow())
        .collect(Collectors.toSet());
  }

  @Test
  void tags_are_for_providers_alone_unless_the_node_says_otherwise() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.publish(
          "$tidings/register",
          AT_LEAST_ONCE,
          1,
          "{\"app\":\"com.example.news\",\"tags\":[\"vip\"]}");

      assertThat(conversation.receivePublish()).contains("\"ignored\":[\"tags\"]");
      assertThat(conversation.registrar.asked).containsExactly("register phone-1 com.example.news");
    }
  }

  @Test
  void a_user_that_cannot_be_written_is_refused() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      String request = "{\"app\":\"com.example.news\",\"user\":\"" + "@".repeat(32) + "\"}";
      conversation.publish("$tidings/register", AT_LEAST_ONCE, 1, request);

      assertThat(conversation.receivePublish())
          .endsWith("\"error\":\"user: 96 characters (expected: 1 to 95, in percent-encoding)\"}");
      assertThat(conversation.receivePubAck()).isEqualTo("1 0x83");
      assertThat(conversation.registrar.asked).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void a_channel_is_joined_and_left_by_its_id(MqttVersion version) {
    try (Conversation conversation = Conversation.connected(version)) {
      String request = "{\"app\":\"com.example.news\",\"channel\":\"Ab-_9\"}";
      conversation.publish("$tidings/subscribe", AT_LEAST_ONCE, 1, request);
      assertThat(conversation.receivePublish()).isEqualTo("$tidings/subscribed " + request);
      assertThat(conversation.receivePubAck()).isEqualTo("1 0x00");

      conversation.publish("$tidings/unsubscribe", AT_LEAST_ONCE, 2, request);
      assertThat(conversation.receivePublish()).isEqualTo("$tidings/unsubscribed " + request);
      assertThat(conversation.receivePubAck()).isEqualTo("2 0x00");
      assertThat(conversation.registrar.asked)
          .containsExactly(
              "join phone-1 com.example.news channel:Ab-_9",
              "leave phone-1 com.example.news channel:Ab-_9");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"channel\":\"a b\"|channel: a b (expected: 1 to 64 ASCII",
        "\"channel\":\"\"|channel:  (expected: 1 to 64 ASCII",
        "\"channel\":7|channel: no string",
        "\"channel\":\"a\",\"channel\":\"b\"|channel: two of them",
        "\"channel\":\"a\",\"topic\":\"b\"|channel: a (expected: either a topic or a channel)",
        "\"topic\":\"channel:a\"|topic: channel:a (expected: one without a colon"
      })
  void an_invalid_channel_is_refused_and_what_was_expected_is_said(String members, String error) {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.publish(
          "$tidings/subscribe", AT_LEAST_ONCE, 1, "{\"app\":\"a.b\"," + members + "}");

      assertThat(conversation.receivePublish()).contains("\"error\":\"" + error);
      assertThat(conversation.receivePubAck()).isEqualTo("1 0x83");
      assertThat(conversation.registrar.asked).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"user:42", "tag:vip"})
  void users_and_tags_are_neither_joined_nor_left_as_topics(String topic) {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      String request = "{\"app\":\"com.example.news\",\"topic\":\"" + topic + "\"}";
      conversation.publish("$tidings/subscribe", AT_LEAST_ONCE, 1, request);
      assertThat(conversation.receivePublish())
          .contains("\"error\":\"topic: " + topic + " (expected: one without a colon");
      assertThat(conversation.receivePubAck()).isEqualTo("1 0x83");

      conversation.publish("$tidings/unsubscribe", AT_LEAST_ONCE, 2, request);
      assertThat(conversation.receivePublish()).contains("\"error\":\"topic: " + topic);
      assertThat(conversation.receivePubAck()).isEqualTo("2 0x83");
      assertThat(conversation.registrar.asked).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"locale\":\"de\",\"locale\":\"fr\"|fr|",
        "\"locale\":\"de\",\"locale\":5||\"locale\"",
        "\"locale\":5,\"locale\":\"fr\"|fr|",
        "\"locale\":5,\"locale\":5,\"locale\":5||\"locale\"",
        "\"later\":1,\"later\":{\"a\":1,\"a\":2}||",
        "\"app\":\"com.example.news\"||",
      })
  void a_member_that_is_there_twice_does_not_cost_the_token(
      String members, String stored, String ignored) {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      String request = "{" + members + ",\"app\":\"com.example.news\"}";
      conversation.publish("$tidings/register", AT_LEAST_ONCE, 1, request);

      String answer =
          ignored == null
              ? REGISTERED
              : REGISTERED.replace("\"}", "\",\"ignored\":[" + ignored + "]}");
      assertThat(conversation.receivePublish()).isEqualTo(answer);
      assertThat(conversation.registrar.asked)
          .containsExactly(
              "register phone-1 com.example.news" + (stored == null ? "" : " " + stored));
    }
  }

  @Test
  void an_app_is_unregistered() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.publish("$tidings/unregister", AT_LEAST_ONCE, 1, APP);

      assertThat(conversation.receivePublish()).isEqualTo("$tidings/unregistered " + APP);
      assertThat(conversation.receivePubAck()).isEqualTo("1 0x00");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|0x83|{\"error\":\"payload: no object (expected:"
            + " {\\\"app\\\":\\\"com.example.news\\\"})\"}",
        "[]|0x83|{\"error\":\"payload: no object (expected:"
            + " {\\\"app\\\":\\\"com.example.news\\\"})\"}",
        "{}|0x83|{\"error\":\"app: missing (expected: a bundle id such as com.example.news)\"}",
        "{\"app\":7}|0x83|{\"error\":\"app: no string (expected: a JSON string)\"}",
        "{\"app\":\"a b\"}|0x83|{\"app\":\"a b\",\"error\":\"app: a b (expected: 1 to 200 ASCII"
            + " letters, digits, dots, hyphens and underscores)\"}",
        "{\"app\":\"a\"} {}|0x83|{\"app\":\"a\",\"error\":\"payload: more than one value"
            + " (expected: one JSON object)\"}",
        "{\"app\":|0x99|{\"error\":\"payload: not JSON (expected: an object such as"
            + " {\\\"app\\\":\\\"com.example.news\\\"})\"}",
        "{\"app\":\"a\",\"app\":\"b\"}|0x83|{\"app\":\"a\",\"error\":\"app: two of them (expected:"
            + " one)\"}"
      })
  void what_makes_no_sense_is_answered_with_what_was_expected(
      String payload, String code, String answer) {
    try (Conversation conversation = Conversation.connected(MQTT_5);
        Conversation old = Conversation.connected(MQTT_3_1_1)) {
      conversation.publish("$tidings/register", AT_LEAST_ONCE, 2, payload);
      old.publish("$tidings/register", AT_LEAST_ONCE, 2, payload);

      assertThat(conversation.receivePublish()).isEqualTo("$tidings/registered " + answer);
      assertThat(conversation.receivePubAck()).isEqualTo("2 " + code);
      assertThat(old.receivePublish()).isEqualTo("$tidings/registered " + answer);
      assertThat(old.receivePubAck()).isEqualTo("2 0x00");
      assertThat(conversation.registrar.asked).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5, 0x80", "MQTT_3_1_1, 0x00"})
  void a_registrar_that_fails_is_to_be_tried_again(MqttVersion version, String code) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.registrar.answersAtOnce = false;
      conversation.publish("$tidings/register", AT_LEAST_ONCE, 3, APP);
      assertThat(conversation.receive()).isNull();
      conversation.registrar.open.getFirst().completeExceptionally(new TimeoutException("log"));

      assertThat(conversation.receivePublish())
          .isEqualTo("$tidings/registered {\"app\":\"com.example.news\",\"error\":\"try again\"}");
      assertThat(conversation.receivePubAck()).isEqualTo("3 " + code);
    }
  }

  @Test
  void acknowledgements_keep_the_order_of_the_requests() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.registrar.answersAtOnce = false;
      conversation.publish("$tidings/register", AT_LEAST_ONCE, 1, APP);
      conversation.publish("$tidings/register", AT_LEAST_ONCE, 2, APP);
      conversation.publish("elsewhere", AT_LEAST_ONCE, 3, APP);
      conversation.registrar.open.get(1).complete(FakeRegistrar.TOKEN);
      assertThat(conversation.receivePublish()).isEqualTo(REGISTERED);
      assertThat(conversation.receive()).isNull();
      conversation.registrar.open.get(0).complete(FakeRegistrar.TOKEN);

      assertThat(conversation.receivePublish()).isEqualTo(REGISTERED);
      assertThat(conversation.receivePubAck()).isEqualTo("1 0x00");
      assertThat(conversation.receivePubAck()).isEqualTo("2 0x00");
      assertThat(conversation.receivePubAck()).isEqualTo("3 0x87");
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5", "MQTT_3_1_1"})
  void more_at_once_than_allowed_is_to_be_tried_again(MqttVersion version) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.registrar.answersAtOnce = false;
      for (int packetId = 1; packetId <= 4; packetId++) {
        conversation.publish("$tidings/register", AT_LEAST_ONCE, packetId, APP);
      }

      assertThat(conversation.receivePublish()).contains("try again: too many at once");
      assertThat(conversation.registrar.asked).hasSize(3);
      assertThat(conversation.node.isOpen()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "subscribe, join, MQTT_5", "subscribe, join, MQTT_3_1_1",
    "unsubscribe, leave, MQTT_5", "unsubscribe, leave, MQTT_3_1_1"
  })
  void a_topic_is_joined_and_left_answered_and_acknowledged(
      String request, String asked, MqttVersion version) {
    String topic = "{\"app\":\"com.example.news\",\"topic\":\"goals\"}";
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.publish("$tidings/" + request, AT_LEAST_ONCE, 9, topic);

      assertThat(conversation.receivePublish()).isEqualTo("$tidings/" + request + "d " + topic);
      assertThat(conversation.receivePubAck()).isEqualTo("9 0x00");
      assertThat(conversation.registrar.asked)
          .containsExactly(asked + " phone-1 com.example.news goals");
    }
  }

  @Test
  void what_fails_of_a_topic_names_it() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.registrar.answersAtOnce = false;
      conversation.publish(
          "$tidings/subscribe", AT_LEAST_ONCE, 9, "{\"app\":\"a.b\",\"topic\":\"goals\"}");
      conversation.registrar.open.getFirst().completeExceptionally(new TimeoutException());

      assertThat(conversation.receivePublish())
          .isEqualTo(
              "$tidings/subscribed {\"app\":\"a.b\",\"topic\":\"goals\",\"error\":\"try again\"}");
      assertThat(conversation.receivePubAck()).isEqualTo("9 0x80");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"app\":\"a.b\"}|none|topic: missing",
        "{\"topic\":\"goals\"}|goals|app: missing",
        "{\"app\":\"a.b\",\"topic\":\"a b\"}|a b|topic: a b (expected: 1 to 100 ASCII letters",
        "{\"app\":\"a.b\",\"topic\":\"\"}||topic:  (expected: 1 to 100 ASCII letters",
        "{\"app\":\"a.b\",\"topic\":7}|none|topic: no string",
        "{\"app\":\"a.b\",\"topic\":\"a\",\"topic\":\"b\"}|a|topic: two of them",
        "{\"app\":\"a.b\",\"topic\":\"user:42\"}|user:42|topic: user:42 (expected: one without"
      })
  void an_invalid_topic_is_refused_and_what_was_expected_is_said(
      String payload, String named, String error) {
    String topic = "\"topic\":\"" + (named == null ? "" : named) + "\",\"error\"";
    for (String request : new String[] {"subscribe", "unsubscribe"}) {
      try (Conversation conversation = Conversation.connected(MQTT_5)) {
        conversation.publish("$tidings/" + request, AT_LEAST_ONCE, 9, payload);

        assertThat(conversation.receivePublish())
            .startsWith("$tidings/" + request + "d {")
            .contains("\"error\":\"" + error)
            .matches(answer -> answer.contains(topic) != "none".equals(named), topic);
        assertThat(conversation.receivePubAck()).isEqualTo("9 0x83");
        assertThat(conversation.registrar.asked).isEmpty();
      }
    }
  }

  @Test
  void an_answer_that_comes_after_the_connection_has_ended_goes_nowhere() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.registrar.answersAtOnce = false;
      conversation.publish("$tidings/register", AT_LEAST_ONCE, 1, APP);
      conversation.sendBytes("e000");
      conversation.registrar.open.getFirst().complete(FakeRegistrar.TOKEN);

      assertThat(conversation.ending()).isEqualTo("closed");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "elsewhere, MQTT_5, 0x87",
    "tidings/com.example.news/1, MQTT_5, 0x87",
    "$tidings/subscribed, MQTT_5, 0x87",
    "elsewhere, MQTT_3_1_1, 0x00"
  })
  void other_topics_are_not_a_devices_to_publish_to(
      String topic, MqttVersion version, String code) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.publish(topic, AT_MOST_ONCE, 0, APP);
      assertThat(conversation.receive()).isNull();
      conversation.publish(topic, AT_LEAST_ONCE, 5, APP);

      assertThat(conversation.receivePubAck()).isEqualTo("5 " + code);
      assertThat(conversation.node.isOpen()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5", "MQTT_3_1_1"})
  void a_request_of_qos_2_is_a_request(MqttVersion version) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.publish("$tidings/register", EXACTLY_ONCE, 7, APP);

      assertThat(conversation.receivePublish()).isEqualTo(REGISTERED);
      assertThat(reply(conversation)).isEqualTo("PUBREC 7");
      conversation.sendBytes("6202 0007");
      assertThat(reply(conversation)).isEqualTo("PUBCOMP 7");
      conversation.publish("$tidings/register", AT_LEAST_ONCE, 7, APP);
      assertThat(conversation.receivePublish()).isEqualTo(REGISTERED);
      assertThat(reply(conversation)).isEqualTo("PUBACK 7");
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5, 5 0x87", "MQTT_3_1_1, 5 0x00"})
  void qos_2_keeps_a_device_connected_wherever_it_publishes(MqttVersion version, String code) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.publish("presence", EXACTLY_ONCE, 5, "hello");

      assertThat(conversation.receivePubAck()).isEqualTo(code);
      assertThat(conversation.node.isOpen()).isTrue();
    }
  }

  /** It was received over an earlier connection, of which nothing is known any more. */
  @ParameterizedTest
  @CsvSource({"MQTT_5", "MQTT_3_1_1"})
  void whatever_a_device_releases_is_complete(MqttVersion version) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.sendBytes("6202 1234");

      assertThat(reply(conversation)).isEqualTo("PUBCOMP " + 0x1234);
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5, 0x82 closed", "MQTT_3_1_1, closed"})
  void a_device_is_sent_nothing_of_qos_2_that_it_could_acknowledge(
      MqttVersion version, String ending) {
    for (String packet : new String[] {"5002 0001", "7002 0001"}) {
      try (Conversation conversation = Conversation.connected(version)) {
        conversation.sendBytes(packet);
        assertThat(conversation.ending()).isEqualTo(ending);
      }
    }
  }

  /** The type of the next packet that acknowledges one, and its id. */
  private static String reply(Conversation conversation) {
    MqttMessage packet = conversation.receive();
    return packet.fixedHeader().messageType()
        + " "
        + ((MqttMessageIdVariableHeader) packet.variableHeader()).messageId();
  }

  @Test
  void aliases_are_not_supported_and_a_topic_is_needed() {
    try (Conversation alias = Conversation.connected(MQTT_5);
        Conversation nowhere = Conversation.connected(MQTT_5)) {
      alias.send(
          publish().properties(Conversation.properties(MqttProperties.TOPIC_ALIAS, 1)).build());
      nowhere.send(publish().topicName("").build());

      assertThat(alias.ending()).isEqualTo("0x94 closed");
      assertThat(nowhere.ending()).isEqualTo("0x82 closed");
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5", "MQTT_3_1_1"})
  void a_request_that_is_to_be_retained_is_a_request(MqttVersion version) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.send(
          publish().retained(true).payload(Unpooled.copiedBuffer(APP, UTF_8)).build());

      assertThat(conversation.receivePublish()).isEqualTo(REGISTERED);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {26, 40})
  void an_answer_larger_than_the_device_takes_is_not_sent(int maxPacketBytes) {
    try (Conversation conversation = new Conversation(MQTT_5)) {
      conversation.connect(connect ->
          connect.properties(
              Conversation.properties(MqttProperties.MAXIMUM_PACKET_SIZE, maxPacketBytes)));
      conversation.publish("$tidings/register", AT_LEAST_ONCE, 1, APP);

      assertThat(conversation.receiveBytes()).isEqualTo("e00195");
    }
  }

  private static MqttMessageBuilders.PublishBuilder publish() {
    return MqttMessageBuilders.publish()
        .topicName("$tidings/register")
        .qos(AT_MOST_ONCE)
        .payload(Unpooled.EMPTY_BUFFER);
  }
}
