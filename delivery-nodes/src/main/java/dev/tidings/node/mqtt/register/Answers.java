package dev.tidings.node.mqtt.register;

import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import io.netty.util.concurrent.EventExecutor;

/**
 * The way back to the device. To be used on its {@link #executor}; what comes after the connection
 * has ended goes nowhere.
 */
public interface Answers {
  /** Sends a PUBLISH of QoS 0; tells whether it did: it may be larger than the device takes. */
  boolean publish(String topic, byte[] json);

  /** Ends the connection, and says that it is for an answer that is too large for the device. */
  void tooLarge();

  /** Sends a PUBACK; before MQTT 5 it has no reason. */
  void acknowledge(int packetId, PubAck reason);

  /** Puts what was sent on the wire. */
  void flush();

  /** The connection's own. */
  EventExecutor executor();
}
