package dev.tidings.node.mqtt.connect;

import dev.tidings.schemas.value.DeviceId;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Optional;

/**
 * An acceptable CONNECT.
 *
 * @param keepAliveSeconds the enforced keep-alive; at least 1
 * @param keepAliveChanged whether that differs from the client's own
 * @param cleanStart whether the stored session is to be discarded
 * @param sessionExpiryAsked the session expiry the client asks for, in seconds after its connection
 * @param sessionExpiry the granted session expiry, in seconds
 * @param credit how many unconfirmed notifications it accepts at once; at least 1
 * @param maxPacketBytes the largest packet it accepts
 * @param authenticationMethod by which it sent its credentials, and may send others later
 * @param acceptsRedirect whether it prefers to connect to its inbox's node directly
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
    Optional<String> authenticationMethod,
    boolean acceptsRedirect) {

  /** Returns whether the CONNACK has to state the granted session expiry. */
  public boolean sessionExpiryChanged() {
    return sessionExpiryAsked != sessionExpiry;
  }
}
