package dev.tidings.node.mqtt.connection;

import dev.tidings.node.mqtt.connect.ConnectRefusal;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.util.ReferenceCountUtil;

/**
 * The credentials were refused, as many others from the same address. The device is told later:
 * until then it does not try again. Nothing is read meanwhile.
 */
final class AwaitingRefusal implements ConnectPhase {
  private final DeviceConnection connection;
  private final ConnectRefusal why;
  private final long deadline;

  private AwaitingRefusal(DeviceConnection connection, ConnectRefusal why, long deadline) {
    this.connection = connection;
    this.why = why;
    this.deadline = deadline;
  }

  /**
   * Begins the phase, which gives back the permission to wait.
   *
   * @param wait how long the answer waits, in nanoseconds
   */
  static void begin(DeviceConnection connection, ConnectRefusal why, long wait) {
    connection.forgetReceived();
    connection.enter(new AwaitingRefusal(connection, why, connection.nanoTime() + wait));
  }

  @Override
  public void take(MqttMessage packet) {
    ReferenceCountUtil.release(packet);
  }

  @Override
  public long deadline() {
    return deadline;
  }

  @Override
  public void timeIsUp() {
    connection.refuse(why);
  }

  @Override
  public void ended() {
    connection.services().refusals().waited();
  }
}
