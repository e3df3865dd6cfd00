package dev.tidings.node.mqtt.subscribe;

import dev.tidings.node.session.Subscriptions;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Answers SUBSCRIBE and UNSUBSCRIBE, a code for each filter in its order [MQTT-3.9.3-1]. */
public final class SubscriptionAnswers {
  private static final int FAILURE_311 = 0x80;
  private static final int OVER_LIMIT = unsigned(SubAck.QUOTA_EXCEEDED.byteValue());
  private static final int NOTIFICATION_QOS = 1;

  private static final int PACKET_ID_AND_PROPERTIES = 2 + 1;

  /**
   * The result of a packet.
   *
   * @param answer SUBACK or UNSUBACK
   * @param now the device's subscriptions from then on
   * @param overLimit whether it had filters beyond what a device may have
   */
  public record Subscribed(MqttMessage answer, Subscriptions now, boolean overLimit) {}

  /** Returns the size of an MQTT 5 response to so many filters. */
  public static int size(int filters) {
    int remaining = PACKET_ID_AND_PROPERTIES + filters;
    int lengthBytes = 1;
    for (int rest = remaining >>> 7; rest != 0; rest >>>= 7) {
      lengthBytes++;
    }
    return 1 + lengthBytes + remaining;
  }

  /**
   * Grants the filters that a device may read, and returns its new subscriptions. Notifications
   * have QoS 1 whatever was requested, because an inbox needs acknowledgements, so QoS 1 is
   * granted; answers have QoS 0.
   */
  public static Subscribed subscribe(
      MqttSubscribeMessage subscribe, MqttVersion version, Subscriptions before) {
    Set<String> filters = new LinkedHashSet<>(before.filters());
    List<Integer> codes = new ArrayList<>();
    boolean overLimit = false;
    for (MqttTopicSubscription subscription : subscribe.payload().topicSubscriptions()) {
      String filter = subscription.topicFilter();
      int code =
          switch (TopicFilter.of(filter)) {
            case NOTIFICATIONS -> granted(filters, filter, NOTIFICATION_QOS);
            case ANSWERS -> granted(filters, filter, answerQos(subscription));
            case FOREIGN -> unsigned(SubAck.NOT_AUTHORIZED.byteValue());
            case SHARED -> unsigned(SubAck.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED.byteValue());
            case MALFORMED -> unsigned(SubAck.TOPIC_FILTER_INVALID.byteValue());
          };
      overLimit |= code == OVER_LIMIT;
      codes.add(version == MqttVersion.MQTT_5 ? code : Math.min(code, FAILURE_311));
    }
    MqttMessage answer =
        new MqttSubAckMessage(
            header(MqttMessageType.SUBACK),
            id(subscribe.variableHeader().messageId()),
            new MqttSubAckPayload(codes));
    return new Subscribed(answer, Subscriptions.of(filters), overLimit);
  }

  private static int granted(Set<String> filters, String filter, int qos) {
    if (filters.size() >= Subscriptions.MAX && !filters.contains(filter)) {
      return OVER_LIMIT;
    }
    filters.add(filter);
    return qos;
  }

  private static int answerQos(MqttTopicSubscription subscription) {
    return Math.min(subscription.qualityOfService().value(), NOTIFICATION_QOS);
  }

  /** Removes the subscription to each filter, if there is one. */
  public static Subscribed unsubscribe(MqttUnsubscribeMessage unsubscribe, Subscriptions before) {
    Set<String> filters = new LinkedHashSet<>(before.filters());
    List<Short> codes = new ArrayList<>();
    for (String filter : unsubscribe.payload().topics()) {
      UnsubAck code;
      if (TopicFilter.of(filter) == TopicFilter.MALFORMED) {
        code = UnsubAck.TOPIC_FILTER_INVALID;
      } else {
        code = filters.remove(filter) ? UnsubAck.SUCCESS : UnsubAck.NO_SUBSCRIPTION_EXISTED;
      }
      codes.add((short) unsigned(code.byteValue()));
    }
    MqttMessage answer =
        new MqttUnsubAckMessage(
            header(MqttMessageType.UNSUBACK),
            id(unsubscribe.variableHeader().messageId()),
            new MqttUnsubAckPayload(codes));
    return new Subscribed(answer, Subscriptions.of(filters), false);
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
