package dev.tidings.infra.device;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidings.infra.ledger.Ledger;
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
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection of a simulated device (MQTT 5). Used by its event loop only. */
final class DeviceConnection extends SimpleChannelInboundHandler<MqttMessage> {
  private static final String NOTIFICATIONS = "tidings/#";
  private static final String REGISTER = "$tidings/register";
  private static final String REGISTERED = "$tidings/registered";
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private static final int KEEP_ALIVE_SECONDS = 10;
  private static final long LOOK_EVERY_MILLIS = 1_000;

  /** A node that says nothing for so long has gone; it is asked every second. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(4);

  private final SimulatedDevice device;
  private final Ledger ledger;
  private @Nullable Channel channel;
  private @Nullable Future<?> looking;
  private long lastRead;
  private int lastPacketId;
  private boolean connected;
  private boolean isAbandoned;

  DeviceConnection(SimulatedDevice device, Ledger ledger) {
    this.device = device;
    this.ledger = ledger;
  }

  Channel channel() {
    return Objects.requireNonNull(channel, "not connected");
  }

  /** From now on the other side hears nothing, and is not heard. */
  void abandon() {
    isAbandoned = true;
    if (channel != null) {
      channel.config().setAutoRead(false);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
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
    context.write(
        MqttMessageBuilders.connect()
            .protocolVersion(MqttVersion.MQTT_5)
            .clientId(device.serial())
            .cleanSession(false)
            .keepAlive(KEEP_ALIVE_SECONDS)
            .build());
    // In one go with the CONNECT: what waits for the device comes the sooner.
    context.writeAndFlush(
        MqttMessageBuilders.subscribe()
            .messageId(++lastPacketId)
            .addSubscription(MqttQoS.AT_LEAST_ONCE, NOTIFICATIONS)
            .build());
  }

  private void look(ChannelHandlerContext context) {
    if (isAbandoned) {
      return;
    }
    if (System.nanoTime() - lastRead > SILENCE_NANOS) {
      context.close();
    } else if (connected) {
      if (!device.isRegistered()) {
        register(context);
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
        // SUBACK, PUBACK and PINGRESP: enough that something came.
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
    if (!device.isRegistered()) {
      register(context);
    }
  }

  private void register(ChannelHandlerContext context) {
    context.writeAndFlush(
        MqttMessageBuilders.publish()
            .topicName(REGISTER)
            .qos(MqttQoS.AT_LEAST_ONCE)
            .messageId(++lastPacketId)
            .payload(
                Unpooled.copiedBuffer("{\"app\":\"" + Devices.APP + "\"}", StandardCharsets.UTF_8))
            .build());
  }

  private void published(ChannelHandlerContext context, MqttPublishMessage message) {
    String topic = message.variableHeader().topicName();
    if (topic.equals(REGISTERED)) {
      device.registered(token(message.payload().toString(StandardCharsets.UTF_8)));
      return;
    }
    String id = topic.substring(topic.lastIndexOf('/') + 1);
    ledger.arrived(device.number(), id);
    context
        .write(confirmation(message.variableHeader().packetId()))
        .addListener(written -> {
          if (written.isSuccess()) {
            ledger.confirmed(device.number(), id);
          }
        });
  }

  private static String token(String answer) {
    try {
      return JSON.readTree(answer).path("token").asText();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("registered: " + answer + " (expected: JSON)", e);
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
