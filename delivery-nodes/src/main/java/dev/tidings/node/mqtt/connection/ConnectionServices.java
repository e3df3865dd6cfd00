package dev.tidings.node.mqtt.connection;

import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.node.flow.FlowControl;
import dev.tidings.node.mqtt.connect.ConnAcks;
import dev.tidings.node.mqtt.connect.ConnectCheck;
import dev.tidings.node.mqtt.connect.ConnectPace;
import dev.tidings.node.mqtt.connect.RefusalPace;
import dev.tidings.node.mqtt.dispatch.DispatchServices;
import dev.tidings.node.mqtt.packet.MqttMeters;
import dev.tidings.node.mqtt.publish.NotificationWriter;
import dev.tidings.node.session.DeviceDirectory;
import dev.tidings.node.session.SessionKeeper;
import dev.tidings.service.log.SeldomLog;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The services that all connections share.
 *
 * @param connectTimeout how long a connection may take to send its CONNECT, and again to be
 *     authenticated and accepted by its inbox
 * @param lingerTimeout how long a device has to read the reason why its connection ends
 * @param redirectSpread the time over which devices that all connect at once are redirected
 * @param clock for the ends of what devices have proved
 * @param authenticatorLog for credentials that could not be checked: a stranger can cause these
 */
public record ConnectionServices(
    Duration connectTimeout,
    Duration lingerTimeout,
    Duration redirectSpread,
    ConnectCheck connectCheck,
    ConnAcks connAcks,
    ConnectPace pace,
    RefusalPace refusals,
    DeviceAuthenticator authenticator,
    SeldomLog authenticatorLog,
    InstantSource clock,
    DeviceDirectory directory,
    SessionKeeper sessions,
    NotificationWriter notifications,
    DispatchServices dispatch,
    MqttMeters meters,
    FlowControl flow) {}
