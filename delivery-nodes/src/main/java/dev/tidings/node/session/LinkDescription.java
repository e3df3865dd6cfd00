package dev.tidings.node.session;

import java.time.Instant;

/**
 * How a device is connected.
 *
 * @param since when its connection was accepted
 * @param protocol such as {@code MQTT 5}
 * @param transport such as {@code tls}: the device's own, also if another node relays it
 */
public record LinkDescription(Instant since, String protocol, String transport) {}
