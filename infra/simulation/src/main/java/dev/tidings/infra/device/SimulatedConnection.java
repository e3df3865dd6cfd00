package dev.tidings.infra.device;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.ledger.Recipient;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection of a simulated device. Used by its event loop only. */
final class SimulatedConnection extends SimpleChannelInboundHandler<MqttMessage> {
  private static final String NOTIFICATIONS = "tidings/";
  private static final String ANSWERS = "$tidings/";
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private static final int LAST_PACKET_ID = 65_535;
  private static final int KEEP_ALIVE_SECONDS = 10;
  private static final long LOOK_EVERY_MILLIS = 1_000;

  /** A node without any packet for this time counts as dead; it is pinged every second. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(4);

  /** A request without a response for this time is repeated, at every check. */
  private static final int ASK_EVERY = 3;

  private final SimulatedDevice device;
  private final Ledger ledger;
  private @Nullable Channel channel;
  private @Nullable Future<?> looking;
  private long lastRead;
  private int lastPacketId;
  private int looks;
  private boolean connected;
  private boolean isAbandoned;

  SimulatedConnection(SimulatedDevice device, Ledger ledger) {
    this.device = device;
    this.ledger = ledger;
  }

  /** Returns its channel; empty if it is not connected yet. */
  Optional<Channel> channel() {
    return Optional.ofNullable(channel);
  }

  /** Stops reading and writing, as if the device were unreachable. */
  void abandon() {
    isAbandoned = true;
    if (channel != null) {
      channel.config().setAutoRead(false);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    lastRead = System.nanoTime();
    looking =
        context
            .executor()
            .scheduleAtFixedRate(
                () -> look(context), LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    if (isAbandoned) {
      abandon();
      return;
    }
    var connect =
        MqttMessageBuilders.connect()
            .protocolVersion(device.version())
            .clientId(device.serial())
            .cleanSession(false)
            .keepAlive(KEEP_ALIVE_SECONDS);
    // A password without a user name is an error before MQTT 5 [MQTT-3.1.2-22].
    device
        .password()
        .ifPresent(password ->
            connect.username(device.serial()).password(password.getBytes(StandardCharsets.UTF_8)));
    context.write(connect.build());
    // In one write with the CONNECT, so that parked notifications arrive sooner.
    var subscribe = MqttMessageBuilders.subscribe().messageId(++lastPacketId);
    if (device.isParticular()) {
      for (AppOnDevice app : device.apps()) {
        subscribe.addSubscription(MqttQoS.AT_LEAST_ONCE, NOTIFICATIONS + app.name() + "/#");
      }
    } else {
      subscribe.addSubscription(MqttQoS.AT_LEAST_ONCE, NOTIFICATIONS + "#");
    }
    context.writeAndFlush(subscribe.build());
  }

  private void look(ChannelHandlerContext context) {
    if (isAbandoned) {
      return;
    }
    if (System.nanoTime() - lastRead > SILENCE_NANOS) {
      context.close();
    } else if (connected) {
      if (++looks % ASK_EVERY == 0) {
        request();
      }
      context.writeAndFlush(MqttMessage.PINGREQ);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, MqttMessage message) {
    if (isAbandoned) {
      return;
    }
    lastRead = System.nanoTime();
    if (message.decoderResult().isFailure()) {
      context.close();
      return;
    }
    switch (message.fixedHeader().messageType()) {
      case CONNACK -> connected(context, (MqttConnAckMessage) message);
      case PUBLISH -> published(context, (MqttPublishMessage) message);
      case DISCONNECT -> context.close();
      default -> {
        // SUBACK, PUBACK and PINGRESP only show that the node is alive.
      }
    }
  }

  private void connected(ChannelHandlerContext context, MqttConnAckMessage answer) {
    if (answer.variableHeader().connectReturnCode() != MqttConnectReturnCode.CONNECTION_ACCEPTED) {
      context.close();
      return;
    }
    connected = true;
    device.accepted();
    request();
  }

  /** Sends the requests of the device's apps. */
  void request() {
    Channel open = channel;
    if (!connected || open == null) {
      return;
    }
    for (AppOnDevice app : device.apps()) {
      app.request().ifPresent(topic -> publish(open, topic, app.name()));
    }
    open.flush();
  }

  private void publish(Channel to, String topic, String app) {
    to.write(
        MqttMessageBuilders.publish()
            .topicName(topic)
            .qos(MqttQoS.AT_LEAST_ONCE)
            .messageId(nextPacketId())
            .payload(Unpooled.copiedBuffer("{\"app\":\"" + app + "\"}", StandardCharsets.UTF_8))
            .build());
  }

  private int nextPacketId() {
    lastPacketId = lastPacketId == LAST_PACKET_ID ? 1 : lastPacketId + 1;
    return lastPacketId;
  }

  private void published(ChannelHandlerContext context, MqttPublishMessage message) {
    String topic = message.variableHeader().topicName();
    if (topic.startsWith(ANSWERS)) {
      answered(topic, message.payload().toString(StandardCharsets.UTF_8));
      return;
    }
    int packetId = message.variableHeader().packetId();
    int end = topic.lastIndexOf('/');
    String id = topic.substring(end + 1);
    int length = NOTIFICATIONS.length();
    Optional<Recipient> recipient =
        end < length ? Optional.empty() : recipient(topic.substring(length, end));
    if (recipient.isEmpty()) {
      ledger.strayed(device.number(), topic);
      context.write(confirmation(packetId));
      return;
    }
    ledger.arrived(recipient.get(), id);
    context
        .write(confirmation(packetId))
        .addListener(written -> {
          if (written.isSuccess()) {
            ledger.confirmed(recipient.get(), id);
          }
        });
  }

  private Optional<Recipient> recipient(String app) {
    return app(app).map(AppOnDevice::recipient);
  }

  private Optional<AppOnDevice> app(String name) {
    return device.apps().stream().filter(app -> app.name().equals(name)).findFirst();
  }

  private void answered(String topic, String text) {
    JsonNode answer = parse(text);
    if (answer.has("error")) {
      // The request is repeated soon.
      return;
    }
    Optional<AppOnDevice> app = app(answer.path("app").asText());
    if (app.isPresent() && app.get().answered(topic, answer.path("token").asText())) {
      request();
    }
  }

  private static JsonNode parse(String answer) {
    try {
      return JSON.readTree(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("answer: " + answer + " (expected: JSON)", e);
    }
  }

  private static MqttMessage confirmation(int packetId) {
    return new MqttMessage(
        new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 2),
        MqttMessageIdVariableHeader.from(packetId));
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (looking != null) {
      looking.cancel(false);
    }
    device.lost(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
