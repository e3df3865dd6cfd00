package dev.tidings.node.mqtt;

import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_3_1_1;
import static io.netty.handler.codec.mqtt.MqttVersion.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.flow.Flow;
import dev.tidings.node.mqtt.FakeDirectory.Answer;
import dev.tidings.node.session.CloseReason;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EndingChannelTest {

  @ParameterizedTest
  @CsvSource({
    "MQTT_5, TAKEN_OVER, 0x8E closed",
    "MQTT_5, SERVER_MOVED, closed",
    "MQTT_5, SHUTTING_DOWN, closed",
    "MQTT_5, OVERLOADED, closed",
    "MQTT_5, NOT_AUTHORIZED, 0x87 closed",
    "MQTT_5, ERASED, 0x98 closed",
    "MQTT_3_1_1, TAKEN_OVER, closed",
    "MQTT_3_1_1, SERVER_MOVED, closed",
    "MQTT_3_1_1, SHUTTING_DOWN, closed",
    "MQTT_3_1_1, OVERLOADED, closed",
    "MQTT_3_1_1, ERASED, closed"
  })
  void a_farewell_is_told_if_the_protocol_can_and_the_device_is_not_to_come_back(
      MqttVersion version, CloseReason closeReason, String ending) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.attachment().link.close(closeReason);

      assertThat(conversation.ending()).isEqualTo(ending);
      assertThat(conversation.attachment().detached).hasValue(1);
    }
  }

  /** Which libmosquitto does not ask for: to it each DISCONNECT is final. */
  @ParameterizedTest
  @CsvSource({
    "SERVER_MOVED, 0x9D",
    "SHUTTING_DOWN, 0x8B",
    "OVERLOADED, 0x89",
    "ERASED, 0x98",
    "ADMINISTRATOR, 0x98"
  })
  void who_knows_redirects_is_told_each_reason(CloseReason closeReason, String code) {
    MqttProperties knows = new MqttProperties();
    knows.add(new MqttProperties.UserProperty("tidings-redirect", "accept"));
    try (Conversation conversation = new Conversation(MQTT_5)) {
      conversation.connect(connect -> connect.properties(knows));
      conversation.attachment().link.close(closeReason);

      assertThat(conversation.ending()).isEqualTo(code + " closed");
    }
  }

  @Test
  void a_connection_ends_also_where_there_is_no_memory_to_say_why() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.node.config().setAllocator(new NoMemory());
      conversation.attachment().link.close(CloseReason.OVERLOADED);

      assertThat(conversation.ending()).isEqualTo("closed");
      assertThat(conversation.attachment().detached).hasValue(1);
    }
  }

  private static final class NoMemory extends AbstractByteBufAllocator {
    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
      throw new OutOfMemoryError("for the test");
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
      throw new OutOfMemoryError("for the test");
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }

  @Test
  void a_farewell_before_the_connack_is_none() {
    try (Conversation conversation = new Conversation(MQTT_5)) {
      conversation.directory.answer = Answer.NONE;
      conversation.send(conversation.connectPacket(connect -> {}));
      conversation.attachment().link.close(CloseReason.TAKEN_OVER);

      assertThat(conversation.receiveBytes()).isEmpty();
      assertThat(conversation.node.isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"e000", "e001 04", "e002 0400", "e001 81", "e001 99"})
  void a_disconnect_ends_the_session_without_an_answer(String packet) {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.sendBytes(packet);

      assertThat(conversation.ending()).isEqualTo("closed");
      assertThat(conversation.attachment().detached).hasValue(1);
    }
  }

  @Test
  void a_lost_connection_detaches_once() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.node.pipeline().fireExceptionCaught(new IOException("reset by peer"));
      var _ = conversation.node.close();

      assertThat(conversation.ending()).isEqualTo("closed");
      assertThat(conversation.attachment().detached).hasValue(1);
    }
  }

  @Test
  void an_error_of_the_nodes_own_is_unspecified() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.node.pipeline().fireExceptionCaught(new IllegalStateException("bug"));

      assertThat(conversation.ending()).isEqualTo("0x80 closed");
    }
  }

  @Test
  void a_ping_is_answered() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.send(MqttMessage.PINGREQ);

      assertThat(conversation.receive().fixedHeader().messageType())
          .isEqualTo(MqttMessageType.PINGRESP);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MQTT_5", "MQTT_3_1_1"})
  void silence_for_one_and_a_half_keep_alives_ends_the_connection(MqttVersion version) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.advance(Duration.ofSeconds(89));
      conversation.send(MqttMessage.PINGREQ);
      conversation.receive();
      conversation.advance(Duration.ofSeconds(89));
      assertThat(conversation.ending()).isEqualTo("open");
      conversation.advance(Duration.ofSeconds(1));

      assertThat(conversation.ending()).isEqualTo("closed");
      assertThat(conversation.attachment().detached).hasValue(1);
    }
  }

  /** What the node does not read for a while, it does not hear either. */
  @Test
  void silence_is_not_counted_while_the_node_itself_does_not_read() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      Flow flow = Flow.of(conversation.node);
      conversation.advance(Duration.ofSeconds(80));
      flow.acknowledgementsWait(conversation.node, true);
      conversation.advance(Duration.ofSeconds(60));
      assertThat(conversation.ending()).isEqualTo("open");
      flow.acknowledgementsWait(conversation.node, false);
      conversation.advance(Duration.ofSeconds(89));
      assertThat(conversation.ending()).as("its silence begins when it is read").isEqualTo("open");

      conversation.advance(Duration.ofSeconds(1));
      assertThat(conversation.ending()).isEqualTo("closed");
    }
  }

  @Test
  void bytes_that_are_no_packet_yet_do_not_keep_a_connection_alive() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      conversation.advance(Duration.ofSeconds(80));
      conversation.sendBytes("c0");
      conversation.advance(Duration.ofSeconds(10));

      assertThat(conversation.ending()).isEqualTo("closed");
    }
  }

  @Test
  void no_keep_alive_at_all_means_the_servers_in_mqtt_311_too() {
    try (Conversation conversation = new Conversation(MQTT_3_1_1)) {
      conversation.connect(connect -> connect.keepAlive(0));
      conversation.advance(Duration.ofMinutes(15).minusSeconds(1));
      assertThat(conversation.ending()).isEqualTo("open");
      conversation.advance(Duration.ofSeconds(1));

      assertThat(conversation.ending()).isEqualTo("closed");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MQTT_5, 0x81 closed",
    "MQTT_3_1_1, closed",
  })
  void malformed_packets_end_the_connection(MqttVersion version, String ending) {
    for (String packet :
        new String[] {
          "c001 00", // a PINGREQ with something in it
          "8002 0001", // a SUBSCRIBE without its reserved bits
          "36 03 0001 61", // QoS 3
          "4002 0000", // packet id 0
          "30ff ffff ff7f", // a length of five bytes
          "3003 0001 23", // a topic with a wildcard
          "3003 0001 ff" // a topic that is not UTF-8
        }) {
      try (Conversation conversation = Conversation.connected(version)) {
        conversation.sendBytes(packet);
        assertThat(conversation.ending()).as(packet).isEqualTo(ending);
        assertThat(conversation.attachment().detached).hasValue(1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_5, 0x95 closed", "MQTT_3_1_1, closed"})
  void a_packet_larger_than_allowed_ends_the_connection_before_it_has_arrived(
      MqttVersion version, String ending) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.sendBytes("30 8080 8001 0004 61616161 00 616161");

      assertThat(conversation.ending()).isEqualTo(ending);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MQTT_5, 0x82 closed, f000",
    "MQTT_5, 0x82 closed, d000",
    "MQTT_5, 0x82 closed, 9004 0001 00 00",
    "MQTT_3_1_1, closed, d000",
    "MQTT_3_1_1, closed, f000",
    "MQTT_3_1_1, closed, 20020000"
  })
  void what_only_servers_send_or_nobody_asked_for_is_a_protocol_error(
      MqttVersion version, String ending, String packet) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.sendBytes(packet);

      assertThat(conversation.ending()).isEqualTo(ending);
      assertThat(conversation.count("tidings.node.mqtt.protocol.errors")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void what_comes_behind_the_last_packet_is_dropped(MqttVersion version) {
    try (Conversation conversation = Conversation.connected(version)) {
      conversation.sendBytes("e000 c000 c000 30 04 0001 61 00");

      assertThat(conversation.ending()).isEqualTo("closed");
    }
  }

  @Test
  void a_device_that_takes_no_more_bytes_is_not_read_from_and_closed_in_the_end() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      stall(conversation);
      assertThat(conversation.node.config().isAutoRead()).isFalse();
      conversation.advance(Duration.ofSeconds(29));
      assertThat(conversation.node.isOpen()).isTrue();
      conversation.advance(Duration.ofSeconds(1));

      assertThat(conversation.node.isOpen()).isFalse();
      assertThat(conversation.count("tidings.node.connections.stalled")).isEqualTo(1);
      assertThat(conversation.attachment().detached).hasValue(1);
    }
  }

  @Test
  void a_device_that_takes_bytes_again_in_time_is_read_from_again() {
    try (Conversation conversation = Conversation.connected(MQTT_5)) {
      stall(conversation);
      conversation.node.flush();
      conversation.advance(Duration.ofSeconds(40));

      assertThat(conversation.node.isOpen()).isTrue();
      assertThat(conversation.node.config().isAutoRead()).isTrue();
    }
  }

  /** Writes without a flush, which an embedded channel takes for a peer that does not read. */
  private static void stall(Conversation conversation) {
    var _ = conversation.node.write(conversation.node.alloc().buffer(200_000).writeZero(200_000));
    conversation.node.runPendingTasks();
    assertThat(conversation.node.isWritable()).isFalse();
  }
}
