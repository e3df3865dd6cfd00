package dev.tidings.node.mqtt.dispatch;

import dev.tidings.node.mqtt.packet.Packets;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a device publishes with QoS 2. It is handled as with QoS 1, and acknowledged with a PUBREC:
 * MQTT 3.1.1 cannot tell a device that less is taken, and libraries that are disconnected for it
 * come back and send the same again, for ever.
 *
 * <p>Nothing of it outlives the acknowledgement, since a request that comes again has no further
 * effect. So each PUBREL is answered, whether or not its PUBLISH came over this connection.
 */
final class ExactlyOnce {

  /** The packet ids without a PUBREC; null if there are none, as nearly always. */
  private @Nullable List<Integer> owed;

  /** Takes note of a PUBLISH before it is handled. */
  void take(MqttPublishMessage packet) {
    if (packet.fixedHeader().qosLevel() == MqttQoS.EXACTLY_ONCE) {
      if (owed == null) {
        owed = new ArrayList<>(1);
      }
      owed.add(packet.variableHeader().packetId());
    }
  }

  /** Returns the acknowledgement of a PUBLISH that has been handled. */
  MqttMessage acknowledgement(int packetId, PubAck reason) {
    List<Integer> open = owed;
    if (open == null || !open.remove(Integer.valueOf(packetId))) {
      return Packets.pubAck(packetId, reason);
    }
    owed = open.isEmpty() ? null : open;
    return Packets.pubRec(packetId, reason);
  }

  /** Returns the answer to a PUBREL. */
  static MqttMessage completion(MqttMessage pubRel) {
    return Packets.pubComp(((MqttMessageIdVariableHeader) pubRel.variableHeader()).messageId());
  }
}
