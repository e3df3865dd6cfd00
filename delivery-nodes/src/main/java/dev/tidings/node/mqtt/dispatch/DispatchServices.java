package dev.tidings.node.mqtt.dispatch;

import dev.tidings.node.mqtt.packet.MqttMeters;
import dev.tidings.node.register.Registrar;
import java.time.Duration;

/**
 * What the open connections share.
 *
 * @param maxRegistrations the number of registrations a connection may have in flight
 * @param longestSession the maximum time for which a session is kept
 */
public record DispatchServices(
    Registrar registrar, int maxRegistrations, Duration longestSession, MqttMeters meters) {}
