package dev.tidings.node.mqtt;

import dev.tidings.node.mqtt.connect.ConnectRequest;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * A connection whose inbox has been asked and has not answered. What was decoded together with the
 * CONNECT comes even though no more is being read, and is held until then. Event loop only.
 */
final class Attaching {
  private final ConnectRequest request;
  private final Deque<MqttMessage> held = new ArrayDeque<>();

  Attaching(ConnectRequest request) {
    this.request = request;
  }

  ConnectRequest request() {
    return request;
  }

  void hold(MqttMessage packet) {
    held.add(packet);
  }

  /** Hands out what was held, oldest first; the receiver releases it. */
  void replay(Consumer<MqttMessage> receiver) {
    for (MqttMessage packet = held.poll(); packet != null; packet = held.poll()) {
      receiver.accept(packet);
    }
  }

  void drop() {
    replay(ReferenceCountUtil::release);
  }
}
