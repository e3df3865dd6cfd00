package dev.tidings.node.mqtt;

import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.auth.device.OpenDevices;
import dev.tidings.node.flow.Flow;
import dev.tidings.node.flow.FlowControl;
import dev.tidings.node.flow.FlowSettings;
import dev.tidings.node.mqtt.connect.ConnAcks;
import dev.tidings.node.mqtt.connect.ConnectCheck;
import dev.tidings.node.mqtt.connect.ConnectPace;
import dev.tidings.node.mqtt.connect.RefusalLimits;
import dev.tidings.node.mqtt.connect.RefusalPace;
import dev.tidings.node.mqtt.connection.ConnectionServices;
import dev.tidings.node.mqtt.connection.DeviceConnection;
import dev.tidings.node.mqtt.decode.PacketDecoder;
import dev.tidings.node.mqtt.dispatch.DispatchServices;
import dev.tidings.node.mqtt.packet.MqttMeters;
import dev.tidings.node.mqtt.publish.NotificationWriter;
import dev.tidings.node.register.Registrar;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.CloseMode;
import dev.tidings.node.route.ConnectTap;
import dev.tidings.node.route.ConnectionOrigin;
import dev.tidings.node.session.DeviceDirectory;
import dev.tidings.node.session.SessionKeeper;
import dev.tidings.service.log.SeldomLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttEncoder;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Makes the MQTT handlers of each connection, and what all connections share. */
public final class MqttHandlers {
  private final int maxPacketBytes;
  private final ConnectionServices services;

  /**
   * Creates handlers that accept every device, do not limit the rate of CONNECTs and keep no
   * sessions.
   */
  public MqttHandlers(
      MqttSettings settings,
      DeviceDirectory directory,
      Registrar registrar,
      InstantSource clock,
      MeterRegistry registry) {
    this(
        settings,
        ConnectPace.unlimited(),
        new OpenDevices(),
        directory,
        registrar,
        SessionKeeper.none(),
        clock,
        registry);
  }

  /** Creates handlers with the default limits of refused credentials. */
  public MqttHandlers(
      MqttSettings settings,
      ConnectPace pace,
      DeviceAuthenticator authenticator,
      DeviceDirectory directory,
      Registrar registrar,
      SessionKeeper sessions,
      InstantSource clock,
      MeterRegistry registry) {
    this(
        settings,
        pace,
        RefusalLimits.DEFAULTS,
        authenticator,
        directory,
        registrar,
        sessions,
        clock,
        registry);
  }

  public MqttHandlers(
      MqttSettings settings,
      ConnectPace pace,
      RefusalLimits refusals,
      DeviceAuthenticator authenticator,
      DeviceDirectory directory,
      Registrar registrar,
      SessionKeeper sessions,
      InstantSource clock,
      MeterRegistry registry) {
    MqttMeters meters = new MqttMeters(registry);
    this.maxPacketBytes = settings.maxPacketBytes();
    this.services =
        new ConnectionServices(
            settings.connectTimeout(),
            settings.lingerTimeout(),
            settings.redirectSpread(),
            new ConnectCheck(
                settings.maxCredit(),
                (int) settings.maxKeepAlive().toSeconds(),
                sessions.longest().toSeconds(),
                authenticator.authenticationMethod()),
            new ConnAcks(settings.maxRegistrations(), maxPacketBytes),
            pace,
            new RefusalPace(refusals, registry),
            authenticator,
            new SeldomLog(LoggerFactory.getLogger(DeviceConnection.class)),
            clock,
            directory,
            sessions,
            new NotificationWriter(clock),
            new DispatchServices(
                registrar,
                settings.maxRegistrations(),
                settings.maxPacketsPerSecond(),
                sessions.longest(),
                meters),
            meters,
            new FlowControl(FlowSettings.of(settings.writeTimeout()), registry));
  }

  /** Returns the flow control, which bounds the memory of connections, on every transport. */
  public FlowControl flow() {
    return services.flow();
  }

  /** Creates a decoder of packets, none larger than the settings allow. */
  public ChannelHandler decoder() {
    return new PacketDecoder(maxPacketBytes);
  }

  /** Creates an encoder of packets; it passes on encoded bytes unchanged. */
  public ChannelHandler encoder() {
    return MqttEncoder.INSTANCE;
  }

  /** Creates the handler of a connection whose device's inbox can only be at this node. */
  public ChannelHandler connection(Admission admission, CloseMode closeMode) {
    return new DeviceConnection(
        services, ConnectionOrigin.ofDevice(admission, closeMode, Optional.empty()));
  }

  /** Adds all MQTT handlers after those of the transport. */
  public void install(ChannelPipeline pipeline, ConnectionOrigin connectionOrigin) {
    Flow.in(pipeline, services.flow());
    if (connectionOrigin.ownerRoute().isPresent()) {
      pipeline.addLast(new ConnectTap());
    }
    pipeline
        .addLast(decoder())
        .addLast(encoder())
        .addLast(new DeviceConnection(services, connectionOrigin));
  }
}
