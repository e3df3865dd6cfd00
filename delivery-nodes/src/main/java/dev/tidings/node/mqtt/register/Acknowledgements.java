package dev.tidings.node.mqtt.register;

import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The pending PUBACKs of a device, sent in the order of its PUBLISH packets [MQTT-4.6.0-2]. */
final class Acknowledgements {
  private final Deque<Owed> owed = new ArrayDeque<>();
  private final Answers answers;

  Acknowledgements(Answers answers) {
    this.answers = answers;
  }

  Owed owe(int packetId) {
    Owed entry = new Owed(packetId);
    owed.add(entry);
    return entry;
  }

  int size() {
    return owed.size();
  }

  void settle(Owed entry, PubAck reason) {
    entry.reason = reason;
    for (Owed first = owed.peek(); first != null && first.reason != null; first = owed.peek()) {
      answers.acknowledge(first.packetId, first.reason);
      owed.remove();
    }
  }

  /** The pending PUBACK of one PUBLISH. */
  static final class Owed {
    private final int packetId;
    private @Nullable PubAck reason;

    private Owed(int packetId) {
      this.packetId = packetId;
    }
  }
}
