package dev.tidings.node.mqtt;

import static io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType.MAXIMUM_PACKET_SIZE;
import static io.netty.handler.codec.mqtt.MqttQoS.AT_LEAST_ONCE;
import static io.netty.handler.codec.mqtt.MqttQoS.AT_MOST_ONCE;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_3_1_1;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.replay.ReplayEnd;
import dev.tidings.node.replay.ReplaySpan;
import dev.tidings.node.session.DeviceLink;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a device asks for with a PUBLISH on {@code $tidings/replay}, and is answered.
 *
 * <p>Shows G107 of docs/guarantees.md.
 */
final class ReplayChannelTest {
  private static final String TOPIC = "$tidings/replay";

  private static void ends(Conversation conversation, ReplayEnd end) {
    conversation.attachment().replayListener.ended(end);
    conversation.node.runPendingTasks();
  }

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void it_is_acknowledged_when_it_begins_and_answered_when_it_has_ended(MqttVersion version) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.publish(
          TOPIC, AT_LEAST_ONCE, 7, "{\"since\":\"2026-11-22T11:00:00+01:00\",\"later\":[1]}");
      assertThat(conversation.receive()).isNull();
      assertThat(conversation.attachment().replays)
          .containsExactly(
              ReplaySpan.of(
                  new ReplaySpan.Time(Deliveries.NOW.toEpochMilli()), ReplaySpan.NOW, null));

      conversation.attachment().replayListener.begun();
      assertThat(conversation.receivePubAck()).isEqualTo("7 0x00");
      assertThat(conversation.receive()).isNull();
      ends(conversation, new ReplayEnd(ReplayEnd.How.COMPLETE, 3, 0, "c1f", true));

      assertThat(conversation.receivePublish())
          .isEqualTo(
              "$tidings/replayed"
                  + " {\"end\":\"complete\",\"count\":3,\"cursor\":\"c1f\",\"cut\":true}");
    }
  }

  @Test
  void without_an_acknowledgement_it_is_answered_all_the_same() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.publish(TOPIC, AT_MOST_ONCE, 0, "{\"since\":0}");
      conversation.attachment().replayListener.begun();
      assertThat(conversation.receive()).isNull();
      ends(conversation, new ReplayEnd(ReplayEnd.How.MOVED, 0, 2, "c0", false));

      assertThat(conversation.receivePublish())
          .isEqualTo(
              "$tidings/replayed"
                  + " {\"end\":\"moved\",\"count\":0,\"skipped\":2,\"cursor\":\"c0\",\"cut\":false}");
    }
  }

  @Test
  void a_span_goes_from_a_time_or_a_cursor_to_a_time() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.publish(TOPIC, AT_MOST_ONCE, 0, "{\"since\":1000,\"until\":2000}");
      conversation.attachment().replayListener.begun();
      conversation.publish(
          TOPIC, AT_MOST_ONCE, 0, "{\"since\":\"c1000000000002\",\"app\":\"com.example.news\"}");

      assertThat(conversation.attachment().replays)
          .containsExactly(
              ReplaySpan.of(new ReplaySpan.Time(1000), 2000, null),
              ReplaySpan.of(
                  new ReplaySpan.Position((1L << 48) + 2), ReplaySpan.NOW, "com.example.news"));
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5, 0x97", "MQTT_3_1_1, 0x00"})
  void one_too_many_is_to_be_tried_again(MqttVersion version, String code) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.publish(TOPIC, AT_LEAST_ONCE, 1, "{\"since\":0}");
      conversation.attachment().replayListener.refused("a replay is running");

      assertThat(conversation.receivePublish())
          .isEqualTo("$tidings/replayed {\"error\":\"try again: a replay is running\"}");
      assertThat(conversation.receivePubAck()).isEqualTo("1 " + code);
    }
  }

  @Test
  void requests_that_are_not_answered_are_bounded_as_registrations_are() {
    try (Conversation conversation = Conversation.connected(MQTT_3_1_1)) {
      for (int i = 1; i <= 4; i++) {
        conversation.publish(TOPIC, AT_MOST_ONCE, 0, "{\"since\":0}");
      }
      assertThat(conversation.attachment().replays).hasSize(3);
      assertThat(conversation.receivePublish())
          .isEqualTo("$tidings/replayed {\"error\":\"try again: too many at once\"}");
    }
  }

  @Test
  void acknowledgements_keep_the_order_of_the_requests_whatever_they_ask_for() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.publish(TOPIC, AT_LEAST_ONCE, 1, "{\"since\":0}");
      conversation.publish(TOPIC, AT_LEAST_ONCE, 2, "{\"stop\":true}");
      assertThat(conversation.attachment().stops).hasValue(1);
      assertThat(conversation.receive()).isNull();
      conversation.attachment().replayListener.begun();

      assertThat(conversation.receivePubAck()).isEqualTo("1 0x00");
      assertThat(conversation.receivePubAck()).isEqualTo("2 0x00");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|0x83|payload: no object",
        "{}|0x83|since: missing",
        "{\"since\":true}|0x83|since: no string",
        "{\"since\":-1}|0x83|since: not a time",
        "{\"since\":99999999999999999999}|0x83|since: not a time",
        "{\"since\":\"yesterday\"}|0x83|since: yesterday",
        "{\"since\":\"c\"}|0x83|since: c ",
        "{\"since\":\"cffffffffffffffff\"}|0x83|since: cfff",
        "{\"since\":\"c11111111111111111\"}|0x83|since: c111",
        "{\"since\":\"+999999999-01-01T00:00:00+18:00\"}|0x83|since: +999999999",
        "{\"since\":2,\"until\":2}|0x83|until: not after since",
        "{\"since\":2,\"until\":\"c3\"}|0x83|until: c3",
        "{\"since\":2,\"app\":\"a b\"}|0x83|app: a b",
        "{\"since\":2,\"app\":7}|0x83|app: no string",
        "{\"stop\":[1]}|0x83|stop: no boolean",
        "{\"since\":2} 1|0x83|payload: more than one value",
        "{\"since\":|0x99|payload: not JSON",
      })
  void what_makes_no_sense_is_answered_with_what_was_expected(
      String payload, String code, String error) {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.publish(TOPIC, AT_LEAST_ONCE, 2, payload);

      assertThat(conversation.receivePublish())
          .startsWith("$tidings/replayed {\"error\":\"" + error)
          .contains("(expected: ");
      assertThat(conversation.receivePubAck()).isEqualTo("2 " + code);
      assertThat(conversation.attachment().replays).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void what_comes_again_is_a_duplicate_and_in_mqtt_5_says_where_to_go_on(MqttVersion version) {
    try (Conversation conversation = Conversation.connected(version)) {
      DeviceLink link = conversation.attachment().link;
      link.replay(9, "c1f", Deliveries.delivery());
      link.flush();

      MqttPublishMessage publish = (MqttPublishMessage) conversation.receive();
      List<String> marks =
          publish.variableHeader().properties().getProperties(MqttProperties.USER_PROPERTY).stream()
              .map(property -> (MqttProperties.UserProperty) property)
              .map(property -> property.value().key + "=" + property.value().value)
              .filter(text -> text.startsWith("replayed"))
              .toList();
      assertThat(publish.fixedHeader().isDup()).isTrue();
      assertThat(publish.variableHeader().topicName()).isEqualTo(Deliveries.TOPIC);
      assertThat(publish.variableHeader().packetId()).isEqualTo(9);
      assertThat(marks).isEqualTo(version == MQTT_5 ? List.of("replayed=c1f") : List.<String>of());
      publish.release();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, true"})
  void the_mark_counts_where_the_device_limits_the_size_of_packets(int more, boolean written) {
    int size = sizeOfReplayed();
    try (Conversation conversation = new Conversation(MQTT_5)) {
      conversation.connect(connect ->
          connect.properties(
              Conversation.properties(MAXIMUM_PACKET_SIZE.value(), size - 1 + more)));

      assertThat(conversation.attachment().link.replay(2, "c1f", Deliveries.delivery()))
          .isEqualTo(written);
      conversation.node.runPendingTasks();
      assertThat(conversation.attachment().undeliverable).isEmpty();
      conversation.attachment().link.flush();
    }
  }

  private static int sizeOfReplayed() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.attachment().link.replay(2, "c1f", Deliveries.delivery());
      conversation.attachment().link.flush();
      return conversation.receiveBytes().length() / 2;
    }
  }
}
