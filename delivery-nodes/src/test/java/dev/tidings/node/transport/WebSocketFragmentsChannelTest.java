package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.mqtt.Samples;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets, frames, messages and segments: no boundary of one means anything to another. */
final class WebSocketFragmentsChannelTest {

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void a_conversation_means_the_same_wherever_its_frames_are_cut(MqttVersion version) {
    byte[] all = Samples.conversation(version);
    String whole = result(device -> device.send(WebSocketDevice.message(List.of(all))));
    assertThat(whole).contains("[4]").contains("register phone-1 com.example.news");
    for (int cut = 1; cut < all.length; cut++) {
      byte[] start = Arrays.copyOf(all, cut);
      byte[] rest = Arrays.copyOfRange(all, cut, all.length);
      assertThat(
              result(device -> {
                device.send(WebSocketDevice.message(List.of(start)));
                device.send(WebSocketDevice.message(List.of(rest)));
              }))
          .as("two messages, cut at %d", cut)
          .isEqualTo(whole);
      assertThat(result(device -> device.send(WebSocketDevice.message(List.of(start, rest)))))
          .as("two frames of one message, cut at %d", cut)
          .isEqualTo(whole);
    }
  }

  @Test
  void a_conversation_means_the_same_in_frames_and_segments_of_a_byte() {
    byte[] all = Samples.conversation(MqttVersion.MQTT_5);
    List<byte[]> bytes = Samples.pieces(all, 1);
    String whole = result(device -> device.send(WebSocketDevice.message(List.of(all))));

    assertThat(
            result(device ->
                bytes.forEach(each -> device.send(WebSocketDevice.message(List.of(each))))))
        .isEqualTo(whole);
    assertThat(
            result(
                device -> Samples.pieces(WebSocketDevice.message(bytes), 1).forEach(device::send)))
        .isEqualTo(whole);
  }

  private static String result(Consumer<WebSocketDevice> says) {
    try (WebSocketDevice device = new WebSocketDevice()) {
      device.send(WebSocketDevice.HANDSHAKE);
      says.accept(device);
      return device.received()
          + device.directory.last().confirmed
          + device.registrar.asked
          + (device.node.isOpen() ? "open" : "closed");
    }
  }
}
