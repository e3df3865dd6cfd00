package dev.tidings.node.mqtt.connect;

import static io.netty.handler.codec.mqtt.MqttProperties.AUTHENTICATION_DATA;
import static io.netty.handler.codec.mqtt.MqttProperties.AUTHENTICATION_METHOD;
import static io.netty.handler.codec.mqtt.MqttProperties.MAXIMUM_PACKET_SIZE;
import static io.netty.handler.codec.mqtt.MqttProperties.RECEIVE_MAXIMUM;
import static io.netty.handler.codec.mqtt.MqttProperties.SESSION_EXPIRY_INTERVAL;

import dev.tidings.node.mqtt.connect.ConnectOutcome.Granted;
import dev.tidings.node.mqtt.connect.ConnectOutcome.Refused;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Optional;

/**
 * Checks a decoded CONNECT of MQTT 3.1.1 or 5, except for its user name and password.
 *
 * @param maxCredit the upper bound of the client's Receive Maximum
 * @param maxKeepAliveSeconds the upper bound of its keep-alive, and the default if it has none
 * @param maxSessionSeconds the upper bound of its session expiry, and the default if its version
 *     cannot state one
 * @param authenticationMethod that its credentials may be sent by, if there is one
 */
public record ConnectCheck(
    int maxCredit,
    int maxKeepAliveSeconds,
    long maxSessionSeconds,
    Optional<String> authenticationMethod) {
  private static final int DEFAULT_RECEIVE_MAXIMUM = 65_535;
  private static final int ANY_SIZE = Integer.MAX_VALUE;
  private static final int MAX_QOS = 2;

  /** The user property by which a device states that it can connect to another server by itself. */
  private static final String REDIRECT = "tidings-redirect";

  private static final String ACCEPT = "accept";

  public ConnectOutcome check(MqttConnectMessage connect) {
    MqttConnectVariableHeader header = connect.variableHeader();
    MqttProperties properties = header.properties();
    MqttVersion version =
        MqttVersion.fromProtocolNameAndLevel(header.name(), (byte) header.version());
    if (!flagsAgree(header, version)) {
      return new Refused(ConnectRefusal.MALFORMED);
    }
    Optional<String> method = method(properties);
    if (method.isPresent() && !method.equals(authenticationMethod)) {
      return new Refused(ConnectRefusal.AUTHENTICATION_METHOD);
    }
    int receiveMaximum = integer(properties, RECEIVE_MAXIMUM, DEFAULT_RECEIVE_MAXIMUM);
    if (receiveMaximum == 0
        || integer(properties, MAXIMUM_PACKET_SIZE, ANY_SIZE) == 0
        || (method.isEmpty() && properties.getProperty(AUTHENTICATION_DATA) != null)) {
      return new Refused(ConnectRefusal.PROTOCOL_ERROR);
    }
    DeviceId device;
    try {
      device = new DeviceId(connect.payload().clientIdentifier());
    } catch (InvalidValueException e) {
      return new Refused(ConnectRefusal.CLIENT_ID);
    }
    int asked = header.keepAliveTimeSeconds();
    int keepAlive = keepAlive(asked, version);
    long sessionAsked = sessionAsked(header, version);
    return new Granted(
        new ConnectRequest(
            device,
            version,
            keepAlive,
            keepAlive != asked,
            header.isCleanSession(),
            sessionAsked,
            Math.min(sessionAsked, maxSessionSeconds),
            Math.min(receiveMaximum, maxCredit),
            maxPacketBytes(connect),
            method,
            acceptsRedirect(properties)));
  }

  /**
   * Returns the requested session expiry. Before MQTT 5 a session is kept or not, without a time.
   */
  private long sessionAsked(MqttConnectVariableHeader header, MqttVersion version) {
    if (version == MqttVersion.MQTT_5) {
      // Four bytes, unsigned; the largest value means that the session never expires.
      return Integer.toUnsignedLong(integer(header.properties(), SESSION_EXPIRY_INTERVAL, 0));
    }
    return header.isCleanSession() ? 0 : maxSessionSeconds;
  }

  /** Returns the client's Maximum Packet Size, if it states a valid one. */
  public static int maxPacketBytes(MqttConnectMessage connect) {
    // Four bytes, unsigned on the wire: a negative value is above 2 GiB.
    int said = integer(connect.variableHeader().properties(), MAXIMUM_PACKET_SIZE, ANY_SIZE);
    return said <= 0 ? ANY_SIZE : said;
  }

  /**
   * Returns the keep-alive to enforce. A 3.1.1 client cannot be given another than its own, so its
   * own applies, however long. If it has none it need not send anything, but a server may
   * disconnect a client that it considers dead at any time (3.1.1, 3.1.2.10); its notifications
   * wait for it.
   */
  private int keepAlive(int asked, MqttVersion version) {
    if (asked == 0) {
      return maxKeepAliveSeconds;
    }
    return version == MqttVersion.MQTT_5 ? Math.min(asked, maxKeepAliveSeconds) : asked;
  }

  /** [MQTT-3.1.2-11] to [MQTT-3.1.2-15], and [MQTT-3.1.2-22] of 3.1.1. */
  private static boolean flagsAgree(MqttConnectVariableHeader header, MqttVersion version) {
    if (header.willQos() > MAX_QOS) {
      return false;
    }
    if (!header.isWillFlag() && (header.willQos() != 0 || header.isWillRetain())) {
      return false;
    }
    return version == MqttVersion.MQTT_5 || header.hasUserName() || !header.hasPassword();
  }

  private static Optional<String> method(MqttProperties properties) {
    return properties.getProperty(AUTHENTICATION_METHOD)
            instanceof MqttProperties.StringProperty property
        ? Optional.of(property.value())
        : Optional.empty();
  }

  private static boolean acceptsRedirect(MqttProperties properties) {
    for (Object property : properties.getProperties(MqttProperties.USER_PROPERTY)) {
      if (property instanceof MqttProperties.UserProperty user
          && REDIRECT.equals(user.value().key)
          && ACCEPT.equals(user.value().value)) {
        return true;
      }
    }
    return false;
  }

  private static int integer(MqttProperties properties, int id, int absent) {
    return properties.getProperty(id) instanceof MqttProperties.IntegerProperty property
        ? property.value()
        : absent;
  }
}
