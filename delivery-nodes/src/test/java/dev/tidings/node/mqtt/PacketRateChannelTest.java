package dev.tidings.node.mqtt;

import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A device may send ten packets a second, and a hundred at once. */
final class PacketRateChannelTest {
  private static final int PER_SECOND = 10;
  private static final int AT_ONCE = 100;

  private static Conversation connected(MqttVersion version) {
    Conversation conversation = new Conversation(version, PER_SECOND);
    conversation.connect(connect -> {});
    return conversation;
  }

  private static void pings(Conversation conversation, int count) {
    for (int i = 0; i < count; i++) {
      conversation.send(MqttMessage.PINGREQ);
      conversation.receive();
    }
  }

  private static double exceeded(Conversation conversation) {
    return conversation.count("tidings.node.mqtt.packet.rate.exceeded");
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5, 0x96 closed", "MQTT_3_1_1, closed"})
  void as_many_as_may_come_at_once_are_answered_and_the_next_ends_the_connection(
      MqttVersion version, String ending) {
    try (Conversation conversation = connected(version)) {
      pings(conversation, AT_ONCE);
      assertThat(conversation.ending()).isEqualTo("open");
      assertThat(exceeded(conversation)).isZero();

      conversation.send(MqttMessage.PINGREQ);

      assertThat(conversation.ending()).isEqualTo(ending);
      assertThat(exceeded(conversation)).isEqualTo(1);
    }
  }

  @Test
  void one_more_may_come_after_its_time_and_not_a_moment_before() {
    try (Conversation early = connected(MQTT_5);
        Conversation inTime = connected(MQTT_5)) {
      pings(early, AT_ONCE);
      early.advance(Duration.ofMillis(100).minusNanos(1));
      early.send(MqttMessage.PINGREQ);
      assertThat(early.ending()).isEqualTo("0x96 closed");

      pings(inTime, AT_ONCE);
      inTime.advance(Duration.ofMillis(100));
      pings(inTime, 1);
      assertThat(inTime.ending()).isEqualTo("open");
      inTime.send(MqttMessage.PINGREQ);
      assertThat(inTime.ending()).isEqualTo("0x96 closed");
    }
  }

  @Test
  void after_a_pause_no_more_may_come_at_once_than_before() {
    try (Conversation conversation = connected(MQTT_5)) {
      pings(conversation, AT_ONCE);
      conversation.advance(Duration.ofSeconds(60));
      pings(conversation, AT_ONCE);
      assertThat(conversation.ending()).isEqualTo("open");
      conversation.send(MqttMessage.PINGREQ);
      assertThat(conversation.ending()).isEqualTo("0x96 closed");
    }
  }

  @Test
  void a_device_that_keeps_to_the_rate_is_served_for_as_long_as_it_likes() {
    try (Conversation conversation = connected(MQTT_5)) {
      for (int second = 0; second < 60; second++) {
        pings(conversation, PER_SECOND);
        conversation.advance(Duration.ofSeconds(1));
      }

      assertThat(conversation.ending()).isEqualTo("open");
    }
  }

  @Test
  void confirmations_of_notifications_that_were_sent_do_not_count_and_others_do() {
    try (Conversation conversation = connected(MQTT_5)) {
      int sent = 3 * AT_ONCE;
      for (int packetId = 1; packetId <= sent; packetId++) {
        conversation.attachment().link.push(packetId, false, Deliveries.delivery());
        conversation.attachment().link.flush();
        conversation.node.runPendingTasks();
        conversation.receivePublish();
      }
      for (int packetId = 1; packetId <= sent; packetId++) {
        conversation.pubAck(packetId, 0);
      }
      assertThat(conversation.attachment().confirmed).hasSize(sent);

      for (int packetId = 1; packetId <= AT_ONCE; packetId++) {
        conversation.pubAck(packetId, 0);
      }
      assertThat(conversation.ending()).isEqualTo("open");
      conversation.pubAck(1, 0);

      assertThat(conversation.ending()).isEqualTo("0x96 closed");
      assertThat(conversation.attachment().confirmed).hasSize(sent + AT_ONCE);
    }
  }

  @Test
  void every_kind_of_packet_counts() {
    try (Conversation conversation = connected(MQTT_5)) {
      pings(conversation, AT_ONCE - 1);
      conversation.publish("$tidings/register", MqttQoS.AT_LEAST_ONCE, 7, "{\"app\":\"com.a\"}");
      assertThat(conversation.registrar.asked).hasSize(1);
      while (conversation.receive() instanceof MqttMessage answer) {
        ReferenceCountUtil.release(answer);
      }

      conversation.publish("$tidings/register", MqttQoS.AT_LEAST_ONCE, 8, "{\"app\":\"com.b\"}");

      assertThat(conversation.registrar.asked).hasSize(1);
      assertThat(conversation.ending()).isEqualTo("0x96 closed");
    }
  }

  @Test
  void without_a_limit_nothing_is_counted() {
    try (Conversation conversation = new Conversation(MQTT_5, 0)) {
      conversation.connect(connect -> {});
      pings(conversation, 3 * AT_ONCE);

      assertThat(conversation.ending()).isEqualTo("open");
    }
  }
}
