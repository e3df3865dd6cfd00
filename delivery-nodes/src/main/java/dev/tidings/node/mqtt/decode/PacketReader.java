package dev.tidings.node.mqtt.decode;

import dev.tidings.node.mqtt.decode.Property.Place;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscribePayload;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribePayload;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;

/** Reads a packet that follows the CONNECT; the buffer has all bytes after the fixed header. */
record PacketReader(MqttVersion version) {
  private static final int QOS = 0x03;
  private static final int NO_LOCAL = 0x04;
  private static final int RETAIN_AS_PUBLISHED = 0x08;
  private static final int RETAIN_HANDLING_SHIFT = 4;
  private static final int RESERVED = 0xC0;
  private static final int NO_PACKET_ID = -1;
  private static final String SHARED = "$share/";

  MqttMessage read(MqttFixedHeader header, ByteBuf in) {
    return switch (header.messageType()) {
      case PUBLISH -> publish(header, in);
      case PUBACK -> new MqttPubAckMessage(header, acknowledgement(in));
      case PUBREC, PUBREL, PUBCOMP -> new MqttMessage(header, acknowledgement(in));
      case SUBSCRIBE -> subscribe(header, in);
      case UNSUBSCRIBE -> unsubscribe(header, in);
      case PINGREQ -> {
        FieldReader.end(in);
        yield MqttMessage.PINGREQ;
      }
      case DISCONNECT -> new MqttMessage(header, disconnect(in));
      case AUTH -> new MqttMessage(header, auth(header, in));
      // A second CONNECT [MQTT-3.1.0-2], packets only servers send.
      case CONNECT, CONNACK, SUBACK, UNSUBACK, PINGRESP -> throw notExpected(header);
    };
  }

  private static PacketException notExpected(MqttFixedHeader header) {
    return PacketException.protocolError("packet: " + header.messageType() + ", not expected");
  }

  private MqttReasonCodeAndPropertiesVariableHeader auth(MqttFixedHeader header, ByteBuf in) {
    if (version != MqttVersion.MQTT_5) {
      throw notExpected(header);
    }
    return reasonAndProperties(in, Place.AUTH);
  }

  private MqttMessage publish(MqttFixedHeader header, ByteBuf in) {
    String topic = FieldReader.topicName(in);
    int packetId =
        header.qosLevel() == MqttQoS.AT_MOST_ONCE ? NO_PACKET_ID : FieldReader.packetId(in);
    MqttProperties properties = properties(in, Place.PUBLISH);
    if (!properties.getProperties(MqttProperties.SUBSCRIPTION_IDENTIFIER).isEmpty()) {
      throw PacketException.protocolError("subscription identifier: in a client's PUBLISH");
    }
    return new MqttPublishMessage(
        header,
        new MqttPublishVariableHeader(topic, packetId, properties),
        in.readRetainedSlice(in.readableBytes()));
  }

  /**
   * Reads an acknowledgement. MQTT 5 allows leaving out reason and properties; earlier versions do
   * not have them.
   */
  private MqttPubReplyMessageVariableHeader acknowledgement(ByteBuf in) {
    int packetId = FieldReader.packetId(in);
    byte reason = 0;
    MqttProperties properties = MqttProperties.NO_PROPERTIES;
    if (version == MqttVersion.MQTT_5 && in.isReadable()) {
      reason = (byte) FieldReader.oneByte(in);
      properties = optionalProperties(in, Place.ACKNOWLEDGEMENT);
    }
    FieldReader.end(in);
    return new MqttPubReplyMessageVariableHeader(packetId, reason, properties);
  }

  /** Reads what follows in a DISCONNECT, or in an AUTH; either may be empty. */
  private MqttReasonCodeAndPropertiesVariableHeader reasonAndProperties(ByteBuf in, Place place) {
    byte reason = 0;
    MqttProperties properties = MqttProperties.NO_PROPERTIES;
    if (version == MqttVersion.MQTT_5 && in.isReadable()) {
      reason = (byte) FieldReader.oneByte(in);
      properties = optionalProperties(in, place);
    }
    FieldReader.end(in);
    return new MqttReasonCodeAndPropertiesVariableHeader(reason, properties);
  }

  private MqttReasonCodeAndPropertiesVariableHeader disconnect(ByteBuf in) {
    MqttReasonCodeAndPropertiesVariableHeader read = reasonAndProperties(in, Place.DISCONNECT);
    int reason = Byte.toUnsignedInt(read.reasonCode());
    if (!isOfClient(reason)) {
      throw PacketException.protocolError("reason of DISCONNECT: 0x%02X".formatted(reason));
    }
    return read;
  }

  /** Returns whether a client may give the reason for a DISCONNECT, table 3-10. */
  private static boolean isOfClient(int reason) {
    return switch (reason) {
      case 0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90 -> true;
      default -> reason >= 0x93 && reason <= 0x99;
    };
  }

  private MqttMessage subscribe(MqttFixedHeader header, ByteBuf in) {
    MqttMessageIdAndPropertiesVariableHeader variable = idAndProperties(in, Place.SUBSCRIBE);
    List<MqttTopicSubscription> subscriptions = new ArrayList<>();
    do {
      String filter = filter(in);
      subscriptions.add(new MqttTopicSubscription(filter, option(FieldReader.oneByte(in), filter)));
    } while (in.isReadable());
    return new MqttSubscribeMessage(header, variable, new MqttSubscribePayload(subscriptions));
  }

  private MqttMessage unsubscribe(MqttFixedHeader header, ByteBuf in) {
    MqttMessageIdAndPropertiesVariableHeader variable = idAndProperties(in, Place.UNSUBSCRIBE);
    List<String> filters = new ArrayList<>();
    do {
      filters.add(filter(in));
    } while (in.isReadable());
    return new MqttUnsubscribeMessage(header, variable, new MqttUnsubscribePayload(filters));
  }

  /** Reads a filter; at least one is required [MQTT-3.8.3-2] [MQTT-3.10.3-2]. */
  private static String filter(ByteBuf in) {
    if (!in.isReadable()) {
      throw PacketException.protocolError("topic filters: none (expected: at least one)");
    }
    return FieldReader.text(in);
  }

  private MqttSubscriptionOption option(int bits, String filter) {
    int reserved = version == MqttVersion.MQTT_5 ? RESERVED : ~QOS;
    if ((bits & reserved) != 0) {
      throw PacketException.malformed("subscription options: reserved bits set");
    }
    int retainHandling = bits >> RETAIN_HANDLING_SHIFT;
    if ((bits & QOS) == QOS
        || retainHandling > RetainedHandlingPolicy.DONT_SEND_AT_SUBSCRIBE.value()) {
      throw PacketException.protocolError("subscription options: QoS or Retain Handling is 3");
    }
    boolean noLocal = (bits & NO_LOCAL) != 0;
    if (noLocal && filter.startsWith(SHARED)) {
      throw PacketException.protocolError("subscription options: No Local, and shared");
    }
    return new MqttSubscriptionOption(
        MqttQoS.valueOf(bits & QOS),
        noLocal,
        (bits & RETAIN_AS_PUBLISHED) != 0,
        RetainedHandlingPolicy.valueOf(retainHandling));
  }

  private MqttMessageIdAndPropertiesVariableHeader idAndProperties(ByteBuf in, Place place) {
    return new MqttMessageIdAndPropertiesVariableHeader(
        FieldReader.packetId(in), properties(in, place));
  }

  private MqttProperties properties(ByteBuf in, Place place) {
    return version == MqttVersion.MQTT_5
        ? PropertiesReader.read(in, place)
        : MqttProperties.NO_PROPERTIES;
  }

  private MqttProperties optionalProperties(ByteBuf in, Place place) {
    return in.isReadable() ? properties(in, place) : MqttProperties.NO_PROPERTIES;
  }
}
