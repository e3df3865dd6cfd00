package dev.tidings.node.mqtt.connection;

import dev.tidings.node.mqtt.connect.ConnectRequest;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A CONNECT that is not answered yet, and the packets behind it. Reading has stopped, but packets
 * that were received together with the CONNECT, one buffer at most, have still been decoded: they
 * are queued until the connection is open. Passed on from phase to phase. Event loop only.
 */
final class PendingConnect {
  private final ConnectRequest request;
  private final Optional<String> elsewhere;
  private final Deque<MqttMessage> queued = new ArrayDeque<>();

  /**
   * @param elsewhere the server it is to use instead of this one, once it is authenticated
   */
  PendingConnect(ConnectRequest request, Optional<String> elsewhere) {
    this.request = request;
    this.elsewhere = elsewhere;
  }

  ConnectRequest request() {
    return request;
  }

  Optional<String> elsewhere() {
    return elsewhere;
  }

  void queue(MqttMessage packet) {
    queued.add(packet);
  }

  /** Passes on the queued packets, oldest first; the receiver releases them. */
  void replay(Consumer<MqttMessage> receiver) {
    for (MqttMessage packet = queued.poll(); packet != null; packet = queued.poll()) {
      receiver.accept(packet);
    }
  }

  void drop() {
    replay(ReferenceCountUtil::release);
  }
}
