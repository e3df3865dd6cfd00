package dev.tidings.device.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5Auth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5AuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MQTT 5's extended authentication by the service's method: the token is Authentication Data.
 * Called by the network thread, which it does not keep waiting: there is a token before there is a
 * connection.
 */
public final class TokenMechanism implements Mqtt5EnhancedAuthMechanism {
  private static final Logger log = LoggerFactory.getLogger(TokenMechanism.class);

  private static final MqttUtf8String METHOD = MqttUtf8String.of("tidings-jwt");

  /** A node that cannot check a token asks for another one some seconds later. */
  private static final int TIMEOUT_SECONDS = 30;

  private final Tokens tokens;

  public TokenMechanism(Tokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public MqttUtf8String getMethod() {
    return METHOD;
  }

  @Override
  public int getTimeout() {
    return TIMEOUT_SECONDS;
  }

  private byte[] latest() {
    return tokens.latest().getBytes(UTF_8);
  }

  @Override
  public CompletableFuture<Void> onAuth(
      Mqtt5ClientConfig config, Mqtt5Connect connect, Mqtt5EnhancedAuthBuilder auth) {
    auth.data(latest());
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> onReAuth(Mqtt5ClientConfig config, Mqtt5AuthBuilder auth) {
    auth.data(latest());
    return CompletableFuture.completedFuture(null);
  }

  /** The node asks again: with a new token, or the one there is. */
  @Override
  public CompletableFuture<Boolean> onContinue(
      Mqtt5ClientConfig config, Mqtt5Auth asked, Mqtt5AuthBuilder auth) {
    return tokens
        .next()
        .handle((token, failure) -> {
          auth.data(latest());
          return true;
        });
  }

  @Override
  public CompletableFuture<Boolean> onAuthSuccess(Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public CompletableFuture<Boolean> onReAuthSuccess(Mqtt5ClientConfig config, Mqtt5Auth auth) {
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public void onAuthRejected(Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {
    log.debug("token refused: {}", connAck.getReasonCode());
  }

  @Override
  public void onReAuthRejected(Mqtt5ClientConfig config, Mqtt5Disconnect disconnect) {
    log.debug("new token refused: {}", disconnect.getReasonCode());
  }

  @Override
  public void onAuthError(Mqtt5ClientConfig config, Throwable cause) {
    log.debug("token not sent: {}", cause.toString());
  }

  @Override
  public void onReAuthError(Mqtt5ClientConfig config, Throwable cause) {
    log.debug("new token not sent: {}", cause.toString());
  }
}
