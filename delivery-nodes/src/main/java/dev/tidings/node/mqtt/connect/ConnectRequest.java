package dev.tidings.node.mqtt.connect;

import dev.tidings.schemas.value.DeviceId;
import io.netty.handler.codec.mqtt.MqttVersion;

/**
 * A CONNECT that can be granted.
 *
 * @param keepAliveSeconds what is enforced; at least 1
 * @param keepAliveChanged whether that is not what the client asked for
 * @param cleanStart whether what was kept of an earlier session is to be forgotten
 * @param sessionExpiryAsked how many seconds the client wants its session kept after its connection
 * @param sessionExpiry how many it is kept
 * @param credit how many unconfirmed notifications it takes at once; at least 1
 * @param maxPacketBytes the largest packet it takes
 * @param acceptsRedirect whether it would rather connect to its inbox's node itself
 */
public record ConnectRequest(
    DeviceId device,
    MqttVersion version,
    int keepAliveSeconds,
    boolean keepAliveChanged,
    boolean cleanStart,
    long sessionExpiryAsked,
    long sessionExpiry,
    int credit,
    int maxPacketBytes,
    boolean acceptsRedirect) {

  /** Whether the client has to be told for how long its session is kept. */
  public boolean sessionExpiryChanged() {
    return sessionExpiryAsked != sessionExpiry;
  }
}
