package dev.tidings.node.mqtt;

import static dev.tidings.node.mqtt.Conversation.properties;
import static io.netty.handler.codec.mqtt.MqttProperties.CONTENT_TYPE;
import static io.netty.handler.codec.mqtt.MqttProperties.MAXIMUM_PACKET_SIZE;
import static io.netty.handler.codec.mqtt.MqttProperties.PUBLICATION_EXPIRY_INTERVAL;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_3_1_1;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.DeviceLink;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G143 of docs/guarantees.md, among what a device is sent. */
final class PushChannelTest {

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void a_notification_is_a_publish_of_qos1_on_its_topic_byte_for_byte(MqttVersion version) {
    try (Conversation conversation = Conversation.connected(version)) {
      push(conversation, 65_535, false, Deliveries.delivery());

      MqttPublishMessage publish = (MqttPublishMessage) conversation.receive();
      assertThat(publish.fixedHeader().qosLevel()).isEqualTo(MqttQoS.AT_LEAST_ONCE);
      assertThat(publish.fixedHeader().isDup()).isFalse();
      assertThat(publish.fixedHeader().isRetain()).isFalse();
      assertThat(publish.variableHeader().topicName()).isEqualTo(Deliveries.TOPIC);
      assertThat(publish.variableHeader().packetId()).isEqualTo(65_535);
      assertThat(publish.payload().toString(StandardCharsets.UTF_8)).isEqualTo(Deliveries.PAYLOAD);
      publish.release();
    }
  }

  @Test
  void what_was_written_before_is_marked_as_duplicate() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      push(conversation, 1, true, Deliveries.delivery());

      MqttPublishMessage publish = (MqttPublishMessage) conversation.receive();
      assertThat(publish.fixedHeader().isDup()).isTrue();
      publish.release();
    }
  }

  @Test
  void in_mqtt_5_a_notification_says_what_it_is() {
    long expiration = Deliveries.NOW.toEpochMilli() + 1_500;
    Delivery delivery =
        Deliveries.builder()
            .setExpiration(expiration)
            .setCollapseId("sport")
            .setPriority(5)
            .setPushType("background")
            .build();

    MqttProperties properties = propertiesOf(delivery);
    assertThat(properties.getProperty(CONTENT_TYPE).value()).isEqualTo("application/json");
    assertThat(properties.getProperty(PUBLICATION_EXPIRY_INTERVAL).value()).isEqualTo(2);
    assertThat(userProperties(properties))
        .containsExactly(
            "apns-id=" + Deliveries.ID,
            "apns-push-type=background",
            "apns-priority=5",
            "apns-collapse-id=sport",
            "apns-expiration=" + expiration / 1000,
            "accepted-at=" + (Deliveries.NOW.toEpochMilli() - 5));
  }

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void a_withdrawal_tells_by_its_topic_what_is_taken_back(MqttVersion version) {
    try (Conversation conversation = Conversation.connected(version)) {
      push(conversation, 1, false, withdrawal());

      MqttPublishMessage publish = (MqttPublishMessage) conversation.receive();
      assertThat(publish.fixedHeader().qosLevel()).isEqualTo(MqttQoS.AT_LEAST_ONCE);
      assertThat(publish.variableHeader().topicName())
          .isEqualTo("tidings/" + Deliveries.APP + "/withdraw-" + Deliveries.ID);
      assertThat(publish.payload().toString(StandardCharsets.UTF_8))
          .isEqualTo("{\"withdraw\":\"" + Deliveries.ID + "\"}");
      publish.release();
    }
  }

  @Test
  void in_mqtt_5_a_withdrawal_names_what_is_taken_back() {
    assertThat(userProperties(propertiesOf(withdrawal())))
        .containsExactly(
            "apns-id=withdraw-" + Deliveries.ID,
            "apns-push-type=withdraw",
            "apns-priority=10",
            "accepted-at=" + (Deliveries.NOW.toEpochMilli() - 5),
            "withdraws=" + Deliveries.ID);
  }

  private static Delivery withdrawal() {
    WithdrawalId id = new WithdrawalId(new NotificationId(Deliveries.ID));
    return Deliveries.builder()
        .setId(id.text())
        .setPayload(id.payload())
        .setPushType("withdraw")
        .build();
  }

  @Test
  void what_a_notification_lacks_is_left_out() {
    MqttProperties properties =
        propertiesOf(Deliveries.builder().setSteps(List.of()).setCollapseId("a\0b").build());

    assertThat(properties.getProperty(PUBLICATION_EXPIRY_INTERVAL)).isNull();
    assertThat(userProperties(properties))
        .containsExactly("apns-id=" + Deliveries.ID, "apns-push-type=alert", "apns-priority=10");
  }

  @ParameterizedTest
  @CsvSource({"-10000, 1", "1, 1", "1000, 1", "1001, 2", "10000000000000, -1"})
  void the_time_left_is_in_seconds_and_never_nothing(long millisLeft, int seconds) {
    MqttProperties properties =
        propertiesOf(
            Deliveries.builder().setExpiration(Deliveries.NOW.toEpochMilli() + millisLeft).build());

    assertThat(properties.getProperty(PUBLICATION_EXPIRY_INTERVAL).value()).isEqualTo(seconds);
  }

  @Test
  void a_single_attempt_has_no_time_left_but_says_so() {
    MqttProperties properties = propertiesOf(Deliveries.builder().setExpiration(0L).build());

    assertThat(properties.getProperty(PUBLICATION_EXPIRY_INTERVAL)).isNull();
    assertThat(userProperties(properties)).contains("apns-expiration=0");
  }

  @Test
  void a_batch_goes_to_the_channel_as_one_buffer_at_the_flush() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      DeviceLink link = conversation.attachment().link;
      link.push(1, false, Deliveries.delivery());
      link.push(2, false, Deliveries.delivery());
      assertThat(conversation.node.outboundMessages()).isEmpty();
      link.flush();

      assertThat(conversation.node.outboundMessages()).hasSize(1);
      assertThat(conversation.receivePublish()).startsWith(Deliveries.TOPIC);
      assertThat(conversation.receivePublish()).startsWith(Deliveries.TOPIC);
      assertThat(conversation.count("tidings.node.mqtt.pushes")).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 127, 128, 16_000, 16_383, 16_384, 100_000})
  void payloads_of_any_size_have_the_length_they_say(int size) {
    try (Conversation conversation = Conversation.connected(MQTT_3_1_1)) {
      String payload = "x".repeat(size);
      push(
          conversation,
          1,
          false,
          Deliveries.builder().setPayload(Deliveries.bytes(payload)).build());

      assertThat(conversation.receivePublish()).isEqualTo(Deliveries.TOPIC + " " + payload);
      assertThat(conversation.receive()).isNull();
    }
  }

  @Test
  void a_packet_is_as_large_as_the_device_takes_and_no_larger() {
    int exact = sizeOnTheWire(Deliveries.delivery());
    try (Conversation fits = new Conversation(MQTT_5);
        Conversation tooSmall = new Conversation(MQTT_5)) {
      fits.connect(connect -> connect.properties(properties(MAXIMUM_PACKET_SIZE, exact)));
      tooSmall.connect(connect -> connect.properties(properties(MAXIMUM_PACKET_SIZE, exact - 1)));
      push(fits, 1, false, Deliveries.delivery());
      push(tooSmall, 1, false, Deliveries.delivery());

      assertThat(fits.receivePublish()).startsWith(Deliveries.TOPIC);
      assertThat(tooSmall.receive()).isNull();
      assertThat(tooSmall.attachment().undeliverable)
          .containsExactly("1 packet size: " + exact + " bytes (expected: <= " + (exact - 1) + ")");
    }
  }

  @Test
  void an_undeliverable_notification_is_not_reported_from_within_the_push() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      Delivery delivery = Deliveries.builder().setApp("a/#").build();
      conversation.attachment().link.push(1, false, delivery);
      assertThat(conversation.attachment().undeliverable).isEmpty();

      conversation.node.runPendingTasks();
      assertThat(conversation.attachment().undeliverable).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5, 0x00, 0", "MQTT_5, 0x10, 0", "MQTT_5, 0x99, 1", "MQTT_3_1_1, 0x00, 0"})
  void a_puback_confirms_whatever_its_reason(MqttVersion version, String reason, int refusals) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.pubAck(7, Integer.decode(reason));

      assertThat(conversation.attachment().confirmed).containsExactly(7);
      assertThat(conversation.count("tidings.node.mqtt.rejections")).isEqualTo(refusals);
      assertThat(conversation.node.isOpen()).isTrue();
    }
  }

  @Test
  void a_packet_id_that_is_not_in_flight_is_the_sessions_to_ignore() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.pubAck(4711, 0);

      assertThat(conversation.attachment().confirmed).containsExactly(4711);
      assertThat(conversation.ending()).isEqualTo("open");
    }
  }

  @Test
  void after_the_farewell_nothing_more_is_written() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      DeviceLink link = conversation.attachment().link;
      link.push(1, false, Deliveries.delivery());
      link.close(CloseReason.TAKEN_OVER);
      link.push(2, false, Deliveries.delivery());
      link.flush();

      assertThat(conversation.receiveBytes()).isEqualTo("e0018e");
    }
  }

  private static void push(
      Conversation conversation, int id, boolean duplicate, Delivery delivery) {
    DeviceLink link = conversation.attachment().link;
    link.push(id, duplicate, delivery);
    link.flush();
    conversation.node.runPendingTasks();
  }

  private static int sizeOnTheWire(Delivery delivery) {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      push(conversation, 1, false, delivery);
      ByteBuf bytes = conversation.node.readOutbound();
      int size = bytes.readableBytes();
      bytes.release();
      return size;
    }
  }

  private static MqttProperties propertiesOf(Delivery delivery) {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      push(conversation, 1, false, delivery);
      MqttPublishMessage publish = (MqttPublishMessage) conversation.receive();
      publish.release();
      return publish.variableHeader().properties();
    }
  }

  private static List<String> userProperties(MqttProperties properties) {
    return properties.getProperties(MqttProperties.USER_PROPERTY).stream()
        .map(property -> ((UserProperty) property).value())
        .map(pair -> pair.key + "=" + pair.value)
        .toList();
  }
}
