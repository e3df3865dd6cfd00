package dev.tidings.node.mqtt.register;

import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import io.netty.util.concurrent.EventExecutor;

/**
 * Sends responses to the device. To be used on its {@link #executor}; output after the end of the
 * connection is discarded.
 */
public interface AnswerChannel {
  /**
   * Sends a PUBLISH of QoS 0. Returns false if it is larger than the device accepts, and was not
   * sent.
   */
  boolean publish(String topic, byte[] json);

  /** Ends the connection, with the reason that a response is too large for the device. */
  void tooLarge();

  /** Sends a PUBACK; before MQTT 5 it has no reason. */
  void acknowledge(int packetId, PubAck reason);

  /** Flushes the output. */
  void flush();

  /** Returns the connection's executor. */
  EventExecutor executor();
}
