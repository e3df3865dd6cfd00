package dev.tidings.node.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TCP knows no packets: wherever the bytes are cut, they mean the same. */
final class FragmentsChannelTest {

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void a_conversation_means_the_same_wherever_it_is_cut(MqttVersion version) {
    byte[] all = Samples.conversation(version);
    String whole = result(version, List.of(all));
    assertThat(whole)
        .contains("[4]")
        .contains("register phone-1 com.example.news")
        .endsWith("closed");
    for (int cut = 1; cut < all.length; cut++) {
      List<byte[]> pieces =
          List.of(Arrays.copyOf(all, cut), Arrays.copyOfRange(all, cut, all.length));
      assertThat(result(version, pieces)).as("cut at %d", cut).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void a_conversation_means_the_same_byte_by_byte(MqttVersion version) {
    byte[] all = Samples.conversation(version);
    List<byte[]> bytes = Samples.pieces(all, 1);

    assertThat(result(version, bytes)).isEqualTo(result(version, List.of(all)));
  }

  private static String result(MqttVersion version, List<byte[]> pieces) {
    try (Conversation conversation = new Conversation(version)) {
      for (byte[] piece : pieces) {
        conversation.node.writeInbound(Unpooled.wrappedBuffer(piece));
      }
      String sent = conversation.receiveBytes();
      return sent
          + conversation.attachment().confirmed
          + conversation.registrar.asked
          + (conversation.node.isOpen() ? "open" : "closed");
    }
  }
}
