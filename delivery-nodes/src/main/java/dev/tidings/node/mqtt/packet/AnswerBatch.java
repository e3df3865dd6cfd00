package dev.tidings.node.mqtt.packet;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import org.jspecify.annotations.Nullable;

/**
 * Collects the responses to one read, encoded in one buffer: 64 KB of PINGREQ need 32,768
 * responses, which as separate messages would take a hundred times their size. Event loop only.
 */
public final class AnswerBatch {
  private static final int START_BYTES = 64;
  private static final int FULL_BYTES = 32 * 1024;
  private static final int SUBACK = 0x90;
  private static final int UNSUBACK = 0xB0;
  private static final int PINGRESP = 0xD0;

  private @Nullable ByteBuf batch;
  private boolean unflushed;

  public void add(ChannelHandlerContext ctx, MqttVersion version, Object answer) {
    switch (answer) {
      case ByteBuf bytes -> {
        batch(ctx).writeBytes(bytes);
        bytes.release();
      }
      case MqttMessage packet when packet.fixedHeader().messageType() == MqttMessageType.PINGRESP ->
          batch(ctx).writeByte(PINGRESP).writeByte(0);
      case MqttMessage packet
          when packet.variableHeader() instanceof MqttPubReplyMessageVariableHeader header ->
          acknowledgement(batch(ctx), version, packet.fixedHeader().messageType(), header);
      case MqttSubAckMessage packet -> {
        ByteBuf out = batch(ctx);
        int codes = packet.payload().reasonCodes().size();
        start(out, SUBACK, version, packet.variableHeader().messageId(), codes);
        for (int code : packet.payload().reasonCodes()) {
          out.writeByte(code);
        }
      }
      // Before MQTT 5 an UNSUBACK has no codes.
      case MqttUnsubAckMessage packet when version == MqttVersion.MQTT_5 -> {
        ByteBuf out = batch(ctx);
        int codes = packet.payload().unsubscribeReasonCodes().size();
        start(out, UNSUBACK, version, packet.variableHeader().messageId(), codes);
        for (int code : packet.payload().unsubscribeReasonCodes()) {
          out.writeByte(code);
        }
      }
      default -> {
        writeTo(ctx);
        ctx.write(answer);
        unflushed = true;
      }
    }
    if (batch != null && batch.readableBytes() >= FULL_BYTES) {
      writeTo(ctx);
      unflushed = true;
    }
  }

  /** Writes the collected responses. Returns whether a flush is needed. */
  public boolean writeTo(ChannelHandlerContext ctx) {
    ByteBuf out = batch;
    boolean written = unflushed || out != null;
    unflushed = false;
    if (out != null) {
      batch = null;
      ctx.write(out);
    }
    return written;
  }

  public void drop() {
    ByteBuf dropped = batch;
    batch = null;
    if (dropped != null) {
      dropped.release();
    }
  }

  private ByteBuf batch(ChannelHandlerContext ctx) {
    ByteBuf out = batch;
    if (out == null) {
      out = ctx.alloc().buffer(START_BYTES);
      batch = out;
    }
    return out;
  }

  /** Writes a PUBACK, PUBREC or PUBCOMP. */
  private static void acknowledgement(
      ByteBuf out,
      MqttVersion version,
      MqttMessageType type,
      MqttPubReplyMessageVariableHeader header) {
    boolean saysWhy = version == MqttVersion.MQTT_5 && header.reasonCode() != 0;
    out.writeByte(type.value() << 4).writeByte(saysWhy ? 4 : 2).writeShort(header.messageId());
    if (saysWhy) {
      out.writeByte(header.reasonCode()).writeByte(0);
    }
  }

  private static void start(ByteBuf out, int type, MqttVersion version, int packetId, int codes) {
    boolean hasProperties = version == MqttVersion.MQTT_5;
    int rest = 2 + (hasProperties ? 1 : 0) + codes;
    out.writeByte(type);
    while (rest >= 0x80) {
      out.writeByte((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest).writeShort(packetId);
    if (hasProperties) {
      out.writeByte(0);
    }
  }
}
