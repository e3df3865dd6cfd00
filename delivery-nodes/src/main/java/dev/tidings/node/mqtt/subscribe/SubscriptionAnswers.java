package dev.tidings.node.mqtt.subscribe;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodes.SubAck;
import io.netty.handler.codec.mqtt.MqttReasonCodes.UnsubAck;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;

/** Answers SUBSCRIBE and UNSUBSCRIBE, a code for each filter in its order [MQTT-3.9.3-1]. */
public final class SubscriptionAnswers {
  private static final int FAILURE_311 = 0x80;
  private static final int MAX_QOS = 1;

  private static final int PACKET_ID_AND_PROPERTIES = 2 + 1;

  /** How many bytes an answer of MQTT 5 to so many filters has. */
  public static int size(int filters) {
    int remaining = PACKET_ID_AND_PROPERTIES + filters;
    int lengthBytes = 1;
    for (int rest = remaining >>> 7; rest != 0; rest >>>= 7) {
      lengthBytes++;
    }
    return 1 + lengthBytes + remaining;
  }

  /** Grants what is a device's to read, with QoS 1 at most. */
  public static MqttMessage subAck(MqttSubscribeMessage subscribe, MqttVersion version) {
    List<Integer> codes = new ArrayList<>();
    for (MqttTopicSubscription subscription : subscribe.payload().topicSubscriptions()) {
      int qos = Math.min(subscription.qualityOfService().value(), MAX_QOS);
      int code =
          switch (TopicFilter.of(subscription.topicFilter())) {
            case GRANTED -> qos;
            case FOREIGN -> unsigned(SubAck.NOT_AUTHORIZED.byteValue());
            case SHARED -> unsigned(SubAck.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED.byteValue());
            case MALFORMED -> unsigned(SubAck.TOPIC_FILTER_INVALID.byteValue());
          };
      codes.add(version == MqttVersion.MQTT_5 ? code : Math.min(code, FAILURE_311));
    }
    return new MqttSubAckMessage(
        header(MqttMessageType.SUBACK),
        id(subscribe.variableHeader().messageId()),
        new MqttSubAckPayload(codes));
  }

  /** Says yes. The notifications keep coming: they are the device's with or without. */
  public static MqttMessage unsubAck(MqttUnsubscribeMessage unsubscribe) {
    List<Short> codes = new ArrayList<>();
    for (String filter : unsubscribe.payload().topics()) {
      UnsubAck code =
          switch (TopicFilter.of(filter)) {
            case GRANTED -> UnsubAck.SUCCESS;
            case FOREIGN, SHARED -> UnsubAck.NO_SUBSCRIPTION_EXISTED;
            case MALFORMED -> UnsubAck.TOPIC_FILTER_INVALID;
          };
      codes.add((short) unsigned(code.byteValue()));
    }
    return new MqttUnsubAckMessage(
        header(MqttMessageType.UNSUBACK),
        id(unsubscribe.variableHeader().messageId()),
        new MqttUnsubAckPayload(codes));
  }

  private static int unsigned(byte code) {
    return Byte.toUnsignedInt(code);
  }

  private static MqttFixedHeader header(MqttMessageType type) {
    return new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0);
  }

  private static MqttMessageIdAndPropertiesVariableHeader id(int packetId) {
    return new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES);
  }

  private SubscriptionAnswers() {}
}
