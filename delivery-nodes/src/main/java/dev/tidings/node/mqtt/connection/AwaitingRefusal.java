package dev.tidings.node.mqtt.connection;

import dev.tidings.node.mqtt.connect.ConnectRefusal;
import dev.tidings.node.mqtt.connect.RefusalPace;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.util.ReferenceCountUtil;

/**
 * The credentials were refused, as many others from the same address. The device is told later:
 * until then it does not try again. Nothing is read meanwhile.
 */
final class AwaitingRefusal implements ConnectPhase {
  private final DeviceConnection connection;
  private final ConnectRefusal why;
  private final RefusalPace.Wait wait;
  private final long deadline;

  private AwaitingRefusal(
      DeviceConnection connection, ConnectRefusal why, RefusalPace.Wait wait, long deadline) {
    this.connection = connection;
    this.why = why;
    this.wait = wait;
    this.deadline = deadline;
  }

  /**
   * Begins the phase.
   *
   * @param wait ends with it
   * @param nanos how long the answer waits
   */
  static void begin(
      DeviceConnection connection, ConnectRefusal why, RefusalPace.Wait wait, long nanos) {
    connection.forgetReceived();
    connection.enter(new AwaitingRefusal(connection, why, wait, connection.nanoTime() + nanos));
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
    wait.end();
  }
}
