package dev.tidings.node.mqtt.connect;

import dev.tidings.schemas.value.DeviceId;
import io.netty.handler.codec.mqtt.MqttVersion;

/**
 * A CONNECT that can be granted.
 *
 * @param keepAliveSeconds what is enforced; at least 1
 * @param keepAliveChanged whether that is not what the client asked for
 * @param sessionExpiryChanged whether the client asked for a session that outlives its connection
 * @param credit how many unconfirmed notifications it takes at once; at least 1
 * @param maxPacketBytes the largest packet it takes
 * @param acceptsRedirect whether it would rather connect to its inbox's node itself
 */
public record ConnectRequest(
    DeviceId device,
    MqttVersion version,
    int keepAliveSeconds,
    boolean keepAliveChanged,
    boolean sessionExpiryChanged,
    int credit,
    int maxPacketBytes,
    boolean acceptsRedirect) {}
