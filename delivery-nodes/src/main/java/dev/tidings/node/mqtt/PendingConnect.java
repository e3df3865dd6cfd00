package dev.tidings.node.mqtt;

import dev.tidings.node.mqtt.connect.ConnectRequest;
import dev.tidings.node.session.Session;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose CONNECT is unanswered: it waits for its turn, or for its inbox. Packets that
 * were decoded together with the CONNECT arrive although reading has stopped, and are held until
 * then. Event loop only.
 */
final class PendingConnect {
  private final ConnectRequest request;
  private final Optional<String> elsewhere;
  private @Nullable Session session;
  private final Deque<MqttMessage> held = new ArrayDeque<>();

  /**
   * @param elsewhere the server it is to use instead of this one, once its turn has come
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

  /** The inbox has accepted the connection; its stored session is still being looked up. */
  void attachedTo(Session attached) {
    session = attached;
  }

  /** Detaches from the inbox, if attached. */
  void detach() {
    Session attached = session;
    if (attached != null) {
      attached.detached();
    }
  }

  void hold(MqttMessage packet) {
    held.add(packet);
  }

  /** Passes on the held packets, oldest first; the receiver releases them. */
  void replay(Consumer<MqttMessage> receiver) {
    for (MqttMessage packet = held.poll(); packet != null; packet = held.poll()) {
      receiver.accept(packet);
    }
  }

  void drop() {
    replay(ReferenceCountUtil::release);
  }
}
