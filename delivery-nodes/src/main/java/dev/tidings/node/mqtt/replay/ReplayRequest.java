package dev.tidings.node.mqtt.replay;

import dev.tidings.node.replay.ReplaySpan;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;

/** A request of a device in a PUBLISH on {@code $tidings/replay}. */
sealed interface ReplayRequest {
  /** To be sent a span again. */
  record Start(ReplaySpan span) implements ReplayRequest {}

  /** To be sent no more of it. */
  record Stop() implements ReplayRequest {}

  /** Something that makes no sense. */
  record Invalid(String error, PubAck reason) implements ReplayRequest {}
}
