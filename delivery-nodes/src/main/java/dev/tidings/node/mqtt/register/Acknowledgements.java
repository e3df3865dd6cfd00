package dev.tidings.node.mqtt.register;

import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The pending PUBACKs of a device, sent in the order of its PUBLISH packets [MQTT-4.6.0-2]. */
final class Acknowledgements {
  private final Deque<PendingAck> owed = new ArrayDeque<>();
  private final AnswerChannel answers;

  Acknowledgements(AnswerChannel answers) {
    this.answers = answers;
  }

  PendingAck expect(int packetId) {
    PendingAck entry = new PendingAck(packetId);
    owed.add(entry);
    return entry;
  }

  int size() {
    return owed.size();
  }

  void settle(PendingAck entry, PubAck reason) {
    entry.reason = reason;
    for (PendingAck first = owed.peek();
        first != null && first.reason != null;
        first = owed.peek()) {
      answers.acknowledge(first.packetId, first.reason);
      owed.remove();
    }
  }

  /** The pending PUBACK of one PUBLISH. */
  static final class PendingAck {
    private final int packetId;
    private @Nullable PubAck reason;

    private PendingAck(int packetId) {
      this.packetId = packetId;
    }
  }
}
