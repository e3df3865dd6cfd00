package dev.tidings.device;

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

  static Mqtt5Connect of(DeviceOptions options) {
    Mqtt5ConnectBuilder connect =
        Mqtt5Connect.builder()
            .cleanStart(false)
            .sessionExpiryInterval(options.sessionExpiry().toSeconds())
            .keepAlive((int) options.keepAlive().toSeconds())
            .restrictions()
            .receiveMaximum(options.receiveMaximum())
            .applyRestrictions();
    if (options.redirects()) {
      connect.userProperties().add(REDIRECT, ACCEPT).applyUserProperties();
    }
    options
        .password()
        .ifPresent(jwt ->
            connect
                .simpleAuth()
                .username(options.serial())
                .password(jwt.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth());
    return connect.build();
  }
}
