package dev.tidings.node.mqtt.dispatch;

import dev.tidings.node.mqtt.packet.MqttMeters;
import dev.tidings.node.register.Registrar;
import java.time.Duration;

/**
 * The services that all open connections share.
 *
 * @param maxRegistrations the number of registrations a connection may have in flight
 * @param maxPacketsPerSecond that a device may send on average; 0 for no limit
 * @param longestSession the maximum time for which a session is kept
 */
public record DispatchServices(
    Registrar registrar,
    int maxRegistrations,
    int maxPacketsPerSecond,
    Duration longestSession,
    MqttMeters meters) {}
