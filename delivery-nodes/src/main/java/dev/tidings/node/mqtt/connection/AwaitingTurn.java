package dev.tidings.node.mqtt.connection;

import dev.tidings.auth.device.DeviceCredentials;
import io.netty.handler.codec.mqtt.MqttMessage;

/**
 * The CONNECT waits for its turn, because too many have come at once, or to be redirected at its
 * time.
 */
final class AwaitingTurn implements ConnectPhase {
  private final DeviceConnection connection;
  private final PendingConnect pending;
  private final DeviceCredentials credentials;
  private final long turn;

  private AwaitingTurn(
      DeviceConnection connection,
      PendingConnect pending,
      DeviceCredentials credentials,
      long turn) {
    this.connection = connection;
    this.pending = pending;
    this.credentials = credentials;
    this.turn = turn;
  }

  /**
   * Begins the phase.
   *
   * @param wait how long until its turn, in nanoseconds
   */
  static void begin(
      DeviceConnection connection,
      PendingConnect pending,
      DeviceCredentials credentials,
      long wait) {
    connection.services().meters().waiting(1);
    connection.enter(
        new AwaitingTurn(connection, pending, credentials, connection.nanoTime() + wait));
  }

  @Override
  public void take(MqttMessage packet) {
    pending.queue(packet);
  }

  @Override
  public long deadline() {
    return turn;
  }

  /** Its turn has come. */
  @Override
  public void timeIsUp() {
    connection.services().meters().waiting(-1);
    Authenticating.begin(connection, pending, credentials);
  }

  @Override
  public void ended() {
    connection.services().meters().waiting(-1);
    pending.drop();
  }
}
