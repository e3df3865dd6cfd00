package dev.tidings.node.mqtt;

import static dev.tidings.node.mqtt.Conversation.properties;
import static io.netty.handler.codec.mqtt.MqttProperties.MAXIMUM_PACKET_SIZE;
import static io.netty.handler.codec.mqtt.MqttProperties.SESSION_EXPIRY_INTERVAL;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.mqtt.subscribe.SubscriptionAnswers;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.CloseMode;
import dev.tidings.node.session.CloseReason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No packet whatever is larger than the device says it takes [MQTT-3.1.2-24].
 *
 * <p>Shows G78 of docs/guarantees.md.
 */
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

  /** Its bytes are kept until it is complete, however long the device may be silent. */
  @Test
  void half_a_packet_is_not_waited_for_longer_than_a_minute() {
    MqttHandlers mqttHandlers =
        new MqttHandlers(
            MqttSettings.DEFAULTS,
            new FakeDirectory(),
            new FakeRegistrar(),
            InstantSource.system(),
            new SimpleMeterRegistry());
    EmbeddedChannel node =
        new EmbeddedChannel(
            mqttHandlers.decoder(),
            mqttHandlers.encoder(),
            mqttHandlers.connection(Admission.ADMITTED, CloseMode.CLOSE));
    node.freezeTime();
    node.writeInbound(bytes("100d00044d515454040204b0000161"));
    node.writeInbound(bytes("30e0d403" + "00".repeat(5_000)));
    node.advanceTimeBy(59, TimeUnit.SECONDS);
    node.runScheduledPendingTasks();
    assertThat(node.isOpen()).isTrue();

    node.advanceTimeBy(2, TimeUnit.SECONDS);
    node.runScheduledPendingTasks();
    assertThat(node.isOpen()).isFalse();
    node.finishAndReleaseAll();
  }

  private static ByteBuf bytes(String hex) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
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
      conversation.attachment().link.close(CloseReason.TAKEN_OVER);

      assertThat(conversation.receiveBytes()).isEqualTo("d000" + "400400018700" + "e0018e");
    }
  }

  /** Type, length, topic, no properties, and the text. */
  private static int size(String topic, String json) {
    int rest = 2 + topic.length() + 1 + json.length();
    return 1 + (rest < 128 ? 1 : 2) + rest;
  }

  @Test
  void a_registration_is_answered_without_what_makes_the_answer_too_large() {
    String full =
        "{\"app\":\"a\",\"token\":\"" + FakeRegistrar.TOKEN.hex() + "\",\"ignored\":[\"locale\"]}";
    String brief = "{\"app\":\"a\",\"token\":\"" + FakeRegistrar.TOKEN.hex() + "\"}";
    String request = "{\"app\":\"a\",\"locale\":7}";
    try (Conversation takesAll = small(size("$tidings/registered", full));
        Conversation takesLess = small(size("$tidings/registered", full) - 1)) {
      takesAll.publish("$tidings/register", MqttQoS.AT_LEAST_ONCE, 1, request);
      takesLess.publish("$tidings/register", MqttQoS.AT_LEAST_ONCE, 1, request);

      assertThat(takesAll.receivePublish()).contains(full);
      assertThat(takesLess.receivePublish()).contains(brief).doesNotContain("ignored");
      assertThat(takesLess.receivePubAck()).isEqualTo("1 0x00");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"AT_MOST_ONCE", "AT_LEAST_ONCE"})
  void who_cannot_take_its_token_is_told_so_and_does_not_wait_for_it(MqttQoS qos) {
    String brief = "{\"app\":\"a\",\"token\":\"" + FakeRegistrar.TOKEN.hex() + "\"}";
    try (Conversation fits = small(size("$tidings/registered", brief));
        Conversation tooSmall = small(size("$tidings/registered", brief) - 1)) {
      fits.publish("$tidings/register", qos, 1, "{\"app\":\"a\"}");
      tooSmall.publish("$tidings/register", qos, 1, "{\"app\":\"a\"}");

      assertThat(fits.receivePublish()).contains(brief);
      assertThat(tooSmall.receiveBytes()).isEqualTo("e00195");
      assertThat(tooSmall.node.isOpen()).isFalse();
    }
  }

  @Test
  void an_error_that_does_not_fit_is_left_to_the_acknowledgement_where_there_is_one() {
    String without = "{\"error\":\"try again\"}";
    int takes = size("$tidings/registered", without);
    try (Conversation brief = small(takes);
        Conversation acknowledged = small(takes - 1);
        Conversation not = small(takes - 1)) {
      for (Conversation each : List.of(brief, acknowledged, not)) {
        each.registrar.answersAtOnce = false;
        MqttQoS qos = each == not ? MqttQoS.AT_MOST_ONCE : MqttQoS.AT_LEAST_ONCE;
        each.publish("$tidings/register", qos, 1, "{\"app\":\"a\"}");
        each.registrar.open.getFirst().completeExceptionally(new IllegalStateException("no"));
        each.node.runPendingTasks();
      }

      assertThat(brief.receivePublish()).contains(without);
      assertThat(acknowledged.receivePubAck()).isEqualTo("1 0x80");
      assertThat(not.receiveBytes()).isEqualTo("e00195");
    }
  }

  @Test
  void a_token_given_back_needs_no_more_than_the_acknowledgement() {
    try (Conversation acknowledged = small(26);
        Conversation not = small(26)) {
      acknowledged.publish("$tidings/unregister", MqttQoS.AT_LEAST_ONCE, 1, "{\"app\":\"a\"}");
      not.publish("$tidings/unregister", MqttQoS.AT_MOST_ONCE, 1, "{\"app\":\"a\"}");

      assertThat(acknowledged.receivePubAck()).isEqualTo("1 0x00");
      assertThat(not.receiveBytes()).isEqualTo("e00195");
    }
  }

  private static Conversation small() {
    return small(26);
  }

  private static Conversation small(int maxPacketBytes) {
    Conversation conversation = new Conversation(MQTT_5);
    conversation.connect(
        connect -> connect.properties(properties(MAXIMUM_PACKET_SIZE, maxPacketBytes)));
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
