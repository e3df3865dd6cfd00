package dev.tidings.node.mqtt.dispatch;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;

/**
 * A connection as the handler of its packets sees it. To be used on its {@link #executor}; output
 * after its end is discarded.
 */
public interface OpenConnection {
  /** Writes a response, which is sent with the others of the same read or at a {@link #flush}. */
  void write(Object answer);

  void flush();

  /** Disconnects with a reason; before MQTT 5 a server has no DISCONNECT, and just closes. */
  void disconnect(Disconnect reason);

  /** Disconnects a device that has broken the protocol. */
  void protocolError(Disconnect reason);

  /** Ends the connection, after a last packet if there is one. */
  void leave(@Nullable Object last);

  /** Reads nothing more from the device, or does again. */
  void holdBack(boolean now);

  /** Returns how many notifications it has sent so far; the number goes round. */
  int notificationsSent();

  /** Returns the time, by a clock of its own. */
  long nanoTime();

  EventExecutor executor();

  ByteBufAllocator allocator();
}
