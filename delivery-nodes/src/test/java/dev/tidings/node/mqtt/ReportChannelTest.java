package dev.tidings.node.mqtt;

import static io.netty.handler.codec.mqtt.MqttQoS.AT_LEAST_ONCE;
import static io.netty.handler.codec.mqtt.MqttQoS.AT_MOST_ONCE;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.register.RefusedException;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a device tells of a notification.
 *
 * <p>Shows G108 of docs/guarantees.md.
 */
final class ReportChannelTest {
  private static final String SAYS = "{\"id\":\"" + Deliveries.ID + "\"}";

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void the_acknowledgement_is_the_whole_answer_once_the_log_has_it(MqttVersion version) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.registrar.answersAtOnce = false;
      conversation.publish("$tidings/displayed", AT_LEAST_ONCE, 3, SAYS);
      conversation.publish("$tidings/opened", AT_MOST_ONCE, 0, SAYS);
      assertThat(conversation.receive()).isNull();
      conversation.registrar.open.forEach(each -> each.complete(FakeRegistrar.TOKEN));

      assertThat(conversation.receivePubAck()).isEqualTo("3 0x00");
      assertThat(conversation.receive()).isNull();
      assertThat(conversation.registrar.asked)
          .containsExactly("DISPLAYED phone-1 " + Deliveries.ID, "OPENED phone-1 " + Deliveries.ID);
    }
  }

  @Test
  void the_app_may_be_named() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.publish(
          "$tidings/opened",
          AT_LEAST_ONCE,
          1,
          "{\"later\":[{}],\"app\":\"com.example.news\",\"id\":\""
              + Deliveries.ID.toUpperCase(java.util.Locale.ROOT)
              + "\"}");

      assertThat(conversation.receivePubAck()).isEqualTo("1 0x00");
      assertThat(conversation.registrar.asked)
          .containsExactly("OPENED phone-1 " + Deliveries.ID + " com.example.news");
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5, 0x97, 0x83, 0x80", "MQTT_3_1_1, 0x00, 0x00, 0x00"})
  void what_cannot_be_written_is_told(
      MqttVersion version, String tooMuch, String invalid, String failed) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.registrar.reportsFail =
          new RefusedException(
              RefusedException.Reason.DEVICE_LIMIT, "try again in 1 s: more than 1");
      conversation.publish("$tidings/opened", AT_LEAST_ONCE, 1, SAYS);
      conversation.registrar.reportsFail = new InvalidValueException("app", "missing", "one");
      conversation.publish("$tidings/opened", AT_LEAST_ONCE, 2, SAYS);
      conversation.registrar.reportsFail = new IllegalStateException("for the test");
      conversation.publish("$tidings/opened", AT_LEAST_ONCE, 3, SAYS);

      assertThat(conversation.receivePublish())
          .isEqualTo("$tidings/reported {\"error\":\"try again in 1 s: more than 1\"}");
      assertThat(conversation.receivePubAck()).isEqualTo("1 " + tooMuch);
      assertThat(conversation.receivePublish())
          .isEqualTo("$tidings/reported {\"error\":\"app: missing (expected: one)\"}");
      assertThat(conversation.receivePubAck()).isEqualTo("2 " + invalid);
      assertThat(conversation.receivePublish())
          .isEqualTo("$tidings/reported {\"error\":\"try again\"}");
      assertThat(conversation.receivePubAck()).isEqualTo("3 " + failed);
    }
  }

  /** As it does while the partition of its records has no leader. */
  @ParameterizedTest
  @CsvSource({"MQTT_5, 0x97", "MQTT_3_1_1, 0x00"})
  void what_the_log_does_not_take_in_ten_seconds_is_refused(MqttVersion version, String tooMuch) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.registrar.answersAtOnce = false;
      conversation.publish("$tidings/opened", AT_LEAST_ONCE, 1, SAYS);
      conversation.advance(Duration.ofMillis(9_999));
      assertThat(conversation.receive()).isNull();

      conversation.advance(Duration.ofMillis(1));
      assertThat(conversation.receivePublish())
          .isEqualTo(
              "$tidings/reported"
                  + " {\"error\":\"try again: the log takes nothing at the moment\"}");
      assertThat(conversation.receivePubAck()).isEqualTo("1 " + tooMuch);
      conversation.registrar.open.forEach(each -> each.complete(FakeRegistrar.TOKEN));
      assertThat(conversation.receive()).isNull();
    }
  }

  /** Before MQTT 5 it cannot be told how many it may send. */
  @ParameterizedTest
  @CsvSource({"MQTT_5", "MQTT_3_1_1"})
  void a_device_that_is_owed_too_many_acknowledgements_is_not_read_until_it_has_them(
      MqttVersion version) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.registrar.answersAtOnce = false;
      for (int packetId = 1; packetId <= 64; packetId++) {
        assertThat(conversation.node.config().isAutoRead()).isTrue();
        conversation.publish("$tidings/opened", AT_LEAST_ONCE, packetId, SAYS);
      }
      assertThat(conversation.node.config().isAutoRead()).isFalse();

      conversation.registrar.open.getFirst().complete(FakeRegistrar.TOKEN);
      assertThat(conversation.node.config().isAutoRead()).isTrue();
      conversation.registrar.open.forEach(each -> each.complete(FakeRegistrar.TOKEN));
      int acknowledged = 0;
      for (MqttMessage packet = conversation.receive();
          packet != null;
          packet = conversation.receive()) {
        acknowledged += packet.fixedHeader().messageType() == MqttMessageType.PUBACK ? 1 : 0;
        ReferenceCountUtil.release(packet);
      }
      assertThat(acknowledged).isEqualTo(64);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|0x83|payload: no object",
        "{}|0x83|id: missing",
        "{\"id\":7}|0x83|id: no string",
        "{\"id\":\"x\"}|0x83|notification id: x",
        "{\"id\":\"a\",\"id\":\"b\"}|0x83|id: two of them",
        "{\"id\":\"11111111-2222-3333-4444-555555555555\",\"app\":\"a b\"}|0x83|app: a b",
        "{\"id\":\"11111111-2222-3333-4444-555555555555\"} {}|0x83|payload: more than one",
        "{\"id\":|0x99|payload: not JSON",
      })
  void what_makes_no_sense_is_answered_with_what_was_expected(
      String payload, String code, String error) {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.publish("$tidings/displayed", AT_LEAST_ONCE, 2, payload);

      assertThat(conversation.receivePublish())
          .startsWith("$tidings/reported {\"error\":\"" + error)
          .contains("(expected: ");
      assertThat(conversation.receivePubAck()).isEqualTo("2 " + code);
      assertThat(conversation.registrar.asked).isEmpty();
    }
  }
}
