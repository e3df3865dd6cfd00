package dev.tidings.node.mqtt;

import dev.tidings.node.flow.Flow;
import dev.tidings.node.flow.FlowControl;
import dev.tidings.node.flow.FlowSettings;
import dev.tidings.node.mqtt.connect.ConnAcks;
import dev.tidings.node.mqtt.connect.ConnectCheck;
import dev.tidings.node.mqtt.connect.ConnectPace;
import dev.tidings.node.mqtt.decode.PacketDecoder;
import dev.tidings.node.mqtt.publish.NotificationWriter;
import dev.tidings.node.register.Registrar;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.CloseMode;
import dev.tidings.node.route.ConnectionOrigin;
import dev.tidings.node.session.DeviceDirectory;
import dev.tidings.node.session.SessionKeeper;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttEncoder;
import java.time.InstantSource;
import java.util.Optional;

/** Services shared by all connections, and the factory of their MQTT handlers. */
public final class MqttHandlers {
  final MqttSettings settings;
  final DeviceDirectory directory;
  final Registrar registrar;
  final SessionKeeper sessions;
  final ConnectCheck connectCheck;
  final ConnAcks connAcks;
  final NotificationWriter notifications;
  final ConnectPace pace;
  final MqttMeters meters;
  final FlowControl flow;

  /** Creates a protocol that does not limit the rate of CONNECTs and keeps no sessions. */
  public MqttHandlers(
      MqttSettings settings,
      DeviceDirectory directory,
      Registrar registrar,
      InstantSource clock,
      MeterRegistry registry) {
    this(
        settings,
        ConnectPace.unlimited(),
        directory,
        registrar,
        SessionKeeper.none(),
        clock,
        registry);
  }

  public MqttHandlers(
      MqttSettings settings,
      ConnectPace pace,
      DeviceDirectory directory,
      Registrar registrar,
      SessionKeeper sessions,
      InstantSource clock,
      MeterRegistry registry) {
    this.settings = settings;
    this.pace = pace;
    this.directory = directory;
    this.registrar = registrar;
    this.sessions = sessions;
    this.connectCheck =
        new ConnectCheck(
            settings.maxCredit(),
            (int) settings.maxKeepAlive().toSeconds(),
            sessions.longest().toSeconds());
    this.connAcks = new ConnAcks(settings.maxRegistrations(), settings.maxPacketBytes());
    this.notifications = new NotificationWriter(clock);
    this.meters = new MqttMeters(registry);
    this.flow = new FlowControl(FlowSettings.of(settings.writeTimeout()), registry);
  }

  /** Returns the flow control, which bounds the memory of connections, on every transport. */
  public FlowControl flow() {
    return flow;
  }

  /** Creates a decoder of packets, none larger than the settings allow. */
  public ChannelHandler decoder() {
    return new PacketDecoder(settings.maxPacketBytes());
  }

  /** Creates an encoder of packets; it passes on encoded bytes unchanged. */
  public ChannelHandler encoder() {
    return MqttEncoder.INSTANCE;
  }

  /** Creates the handler of a connection whose device's inbox can only be at this node. */
  public ChannelHandler connection(Admission admission, CloseMode closeMode) {
    return new DeviceConnection(
        this, ConnectionOrigin.ofDevice(admission, closeMode, Optional.empty()), null);
  }

  /** Adds all MQTT handlers after those of the transport. */
  public void install(ChannelPipeline pipeline, ConnectionOrigin connectionOrigin) {
    Flow.in(pipeline, flow);
    ConnectTap tap = null;
    if (connectionOrigin.detour().isPresent()) {
      tap = new ConnectTap();
      pipeline.addLast(tap);
    }
    pipeline
        .addLast(decoder())
        .addLast(encoder())
        .addLast(new DeviceConnection(this, connectionOrigin, tap));
  }
}
