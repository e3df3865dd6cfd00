package dev.tidings.device;

import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import java.nio.charset.StandardCharsets;

/** The CONNECT of a device. */
final class ConnectMessage {
  /**
   * The user property by which a server that does not own the device may name the one that does.
   */
  private static final String REDIRECT = "tidings-redirect";

  private static final String ACCEPT = "accept";

  private ConnectMessage() {}

  /** With the fixed password, if there is one. */
  static Mqtt5Connect of(DeviceOptions options) {
    Mqtt5ConnectBuilder connect = builder(options);
    options.password().ifPresent(jwt -> password(connect, options, jwt));
    return connect.build();
  }

  /** With a token as the password. */
  static Mqtt5Connect of(DeviceOptions options, String token) {
    Mqtt5ConnectBuilder connect = builder(options);
    password(connect, options, token);
    return connect.build();
  }

  /** With a token by MQTT 5's extended authentication. */
  static Mqtt5Connect of(DeviceOptions options, Mqtt5EnhancedAuthMechanism mechanism) {
    return builder(options).enhancedAuth(mechanism).build();
  }

  private static void password(Mqtt5ConnectBuilder connect, DeviceOptions options, String jwt) {
    connect
        .simpleAuth()
        .username(options.serial())
        .password(jwt.getBytes(StandardCharsets.UTF_8))
        .applySimpleAuth();
  }

  // Android 8 has no toSeconds.
  @SuppressWarnings("JavaDurationGetSecondsToToSeconds")
  private static Mqtt5ConnectBuilder builder(DeviceOptions options) {
    Mqtt5ConnectBuilder connect =
        Mqtt5Connect.builder()
            .cleanStart(false)
            .sessionExpiryInterval(options.sessionExpiry().getSeconds())
            .keepAlive((int) options.keepAlive().getSeconds())
            .restrictions()
            .receiveMaximum(options.receiveMaximum())
            .applyRestrictions();
    if (options.redirects()) {
      connect.userProperties().add(REDIRECT, ACCEPT).applyUserProperties();
    }
    return connect;
  }
}
