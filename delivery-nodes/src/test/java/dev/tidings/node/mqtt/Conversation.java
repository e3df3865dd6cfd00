package dev.tidings.node.mqtt;

import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.auth.device.OpenDevices;
import dev.tidings.node.mqtt.FakeDirectory.Attachment;
import dev.tidings.node.mqtt.connect.ConnectPace;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.CloseMode;
import dev.tidings.node.session.SessionKeeper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageBuilders.ConnectBuilder;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A device and the node's pipeline, without a network between them, in a time that stands still.
 */
final class Conversation implements AutoCloseable {
  static final String DEVICE = "phone-1";

  final FakeDirectory directory = new FakeDirectory();
  final FakeRegistrar registrar = new FakeRegistrar();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  Instant now = Deliveries.NOW;
  final EmbeddedChannel node;
  final EmbeddedChannel device =
      new EmbeddedChannel(new MqttDecoder(1 << 20), MqttEncoder.INSTANCE);
  private final MqttVersion version;

  Conversation(MqttVersion version) {
    this(version, Admission.ADMITTED);
  }

  Conversation(MqttVersion version, Admission admission) {
    this(version, admission, SessionKeeper.none());
  }

  Conversation(MqttVersion version, Admission admission, SessionKeeper sessions) {
    this(version, admission, sessions, new OpenDevices(), 0);
  }

  Conversation(MqttVersion version, DeviceAuthenticator authenticator) {
    this(version, Admission.ADMITTED, SessionKeeper.none(), authenticator, 0);
  }

  Conversation(MqttVersion version, SessionKeeper sessions, DeviceAuthenticator authenticator) {
    this(version, Admission.ADMITTED, sessions, authenticator, 0);
  }

  /** A device that may send so many packets in a second; elsewhere there is no limit. */
  Conversation(MqttVersion version, int maxPacketsPerSecond) {
    this(version, Admission.ADMITTED, SessionKeeper.none(), new OpenDevices(), maxPacketsPerSecond);
  }

  private Conversation(
      MqttVersion version,
      Admission admission,
      SessionKeeper sessions,
      DeviceAuthenticator authenticator,
      int maxPacketsPerSecond) {
    this.version = version;
    MqttHandlers mqttHandlers =
        new MqttHandlers(
            new MqttSettings(
                4096,
                Duration.ofSeconds(5),
                Duration.ofMinutes(10),
                64,
                3,
                maxPacketsPerSecond,
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                Duration.ZERO),
            ConnectPace.unlimited(),
            authenticator,
            directory,
            registrar,
            sessions,
            () -> now,
            meters);
    this.node =
        new EmbeddedChannel(
            mqttHandlers.decoder(),
            mqttHandlers.encoder(),
            mqttHandlers.connection(admission, CloseMode.OUTPUT_FIRST));
    node.freezeTime();
  }

  /** A device that is connected, its CONNACK received. */
  static Conversation connected(MqttVersion version) {
    Conversation conversation = new Conversation(version);
    conversation.connect(connect -> {});
    return conversation;
  }

  MqttConnAckMessage connect(Consumer<ConnectBuilder> more) {
    send(connectPacket(more));
    return (MqttConnAckMessage) receive();
  }

  MqttMessage connectPacket(Consumer<ConnectBuilder> more) {
    ConnectBuilder connect =
        MqttMessageBuilders.connect().protocolVersion(version).clientId(DEVICE).keepAlive(60);
    more.accept(connect);
    return connect.build();
  }

  static MqttProperties properties(int id, int value) {
    MqttProperties properties = new MqttProperties();
    properties.add(new MqttProperties.IntegerProperty(id, value));
    return properties;
  }

  Attachment attachment() {
    return directory.last();
  }

  void send(MqttMessage packet) {
    node.writeInbound(encode(packet));
  }

  ByteBuf encode(MqttMessage packet) {
    device.writeOutbound(packet);
    return device.readOutbound();
  }

  /** Bytes in hexadecimal, spaces between them or not. */
  void sendBytes(String hex) {
    node.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", ""))));
  }

  void publish(String topic, MqttQoS qos, int packetId, String payload) {
    send(
        MqttMessageBuilders.publish()
            .topicName(topic)
            .qos(qos)
            .messageId(packetId)
            .payload(Unpooled.copiedBuffer(payload, StandardCharsets.UTF_8))
            .build());
  }

  void pubAck(int packetId, int reason) {
    send(
        new MqttPubAckMessage(
            new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 0),
            new MqttPubReplyMessageVariableHeader(
                packetId, (byte) reason, MqttProperties.NO_PROPERTIES)));
  }

  /** The next packet the node has sent, as another codec reads it; null if there is none. */
  MqttMessage receive() {
    for (ByteBuf bytes = node.readOutbound(); bytes != null; bytes = node.readOutbound()) {
      device.writeInbound(bytes);
    }
    MqttMessage packet = device.readInbound();
    if (packet != null && packet.decoderResult().isFailure()) {
      throw new AssertionError(packet.decoderResult().cause());
    }
    return packet;
  }

  /** A PUBLISH, as {@code topic payload}; it is released. */
  String receivePublish() {
    MqttPublishMessage packet = (MqttPublishMessage) receive();
    String text =
        packet.variableHeader().topicName()
            + " "
            + packet.payload().toString(StandardCharsets.UTF_8);
    packet.release();
    return text;
  }

  /** A packet id and a reason code. */
  String receivePubAck() {
    MqttPubReplyMessageVariableHeader header =
        (MqttPubReplyMessageVariableHeader) receive().variableHeader();
    return header.messageId() + " " + hex(header.reasonCode());
  }

  /** What the node has sent, in hexadecimal. */
  String receiveBytes() {
    StringBuilder hex = new StringBuilder();
    for (ByteBuf bytes = node.readOutbound(); bytes != null; bytes = node.readOutbound()) {
      hex.append(ByteBufUtil.hexDump(bytes));
      bytes.release();
    }
    return hex.toString();
  }

  /**
   * How the node ended the connection: the reason of its DISCONNECT, or "closed" without one, or
   * "open" if it did not.
   */
  String ending() {
    node.runPendingTasks();
    MqttMessage last = receive();
    String end = node.isOpen() ? "open" : "closed";
    if (last == null) {
      return end;
    }
    if (last.fixedHeader().messageType() != MqttMessageType.DISCONNECT) {
      return last.fixedHeader().messageType() + " " + end;
    }
    var header = (MqttReasonCodeAndPropertiesVariableHeader) last.variableHeader();
    return hex(header.reasonCode()) + " " + end;
  }

  void advance(Duration time) {
    node.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    node.runScheduledPendingTasks();
    node.runPendingTasks();
  }

  double count(String meter) {
    return meters.find(meter).counters().stream().mapToDouble(Counter::count).sum();
  }

  static String hex(byte code) {
    return "0x" + HexFormat.of().withUpperCase().toHexDigits(code);
  }

  @Override
  public void close() {
    node.finishAndReleaseAll();
    device.finishAndReleaseAll();
  }
}
