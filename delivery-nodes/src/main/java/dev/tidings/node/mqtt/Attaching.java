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
 * A connection whose CONNECT has not been answered: it waits for its turn, or for its inbox. What
 * was decoded together with the CONNECT comes even though no more is being read, and is held until
 * then. Event loop only.
 */
final class Attaching {
  private final ConnectRequest request;
  private final Optional<String> elsewhere;
  private @Nullable Session session;
  private final Deque<MqttMessage> held = new ArrayDeque<>();

  /**
   * @param elsewhere the server it is to use instead of this one, when its turn has come
   */
  Attaching(ConnectRequest request, Optional<String> elsewhere) {
    this.request = request;
    this.elsewhere = elsewhere;
  }

  ConnectRequest request() {
    return request;
  }

  Optional<String> elsewhere() {
    return elsewhere;
  }

  /** The inbox has taken the connection; what is kept of its session is still being looked up. */
  void attachedTo(Session attached) {
    session = attached;
  }

  /** Gives the inbox back, if it was taken. */
  void detach() {
    Session attached = session;
    if (attached != null) {
      attached.detached();
    }
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
