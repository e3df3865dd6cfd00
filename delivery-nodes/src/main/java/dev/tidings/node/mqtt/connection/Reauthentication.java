package dev.tidings.node.mqtt.connection;

import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceCredentials;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.node.mqtt.packet.Packets;
import dev.tidings.schemas.value.DeviceId;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Auth;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device proves anew who it is while it is connected (MQTT 5, 4.12.1): by an AUTH of the method
 * of its CONNECT, with other credentials. Nothing waits for the decision, and what was proved
 * before holds until then. If nobody can decide now, the device is asked for its credentials again
 * some seconds later, so that an authenticator that is away costs no connection, and no credentials
 * are kept for it. Event loop only.
 */
final class Reauthentication {
  private static final Logger log = LoggerFactory.getLogger(Reauthentication.class);

  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(10);

  /** Three may follow each other at once. */
  private static final long BURST = 2 * INTERVAL;

  private static final long ASKED_AGAIN_AFTER_SECONDS = 5;

  /** How far the present one is. */
  private enum Progress {
    NONE,
    CHECKING,
    /** Nobody could decide. */
    TO_BE_ASKED_AGAIN,
    ASKED_AGAIN
  }

  private final DeviceConnection connection;
  private final Open open;
  private final DeviceId device;
  private final String method;
  private Progress progress = Progress.NONE;

  /** The turn of the next one, by the connection's clock. */
  private long turn;

  private @Nullable Future<?> asking;

  /**
   * @param open the phase in which it may happen
   * @param method of the CONNECT
   */
  Reauthentication(DeviceConnection connection, Open open, DeviceId device, String method) {
    this.connection = connection;
    this.open = open;
    this.device = device;
    this.method = method;
    this.turn = connection.nanoTime() - BURST;
  }

  static boolean concerns(MqttMessage packet) {
    return packet.decoderResult().isSuccess()
        && packet.fixedHeader().messageType() == MqttMessageType.AUTH;
  }

  /** Returns the credentials in these properties, if there are any. */
  static byte @Nullable [] data(MqttProperties properties) {
    return properties.getProperty(MqttProperties.AUTHENTICATION_DATA)
            instanceof MqttProperties.BinaryProperty data
        ? data.value()
        : null;
  }

  /**
   * Handles an AUTH: one that begins, or one that answers the node's. Who is to be asked again may
   * also begin anew: a device with newer credentials need not wait for that.
   */
  void take(MqttMessage packet) {
    var header = (MqttReasonCodeAndPropertiesVariableHeader) packet.variableHeader();
    boolean begins = header.reasonCode() == Auth.REAUTHENTICATE.byteValue();
    boolean answers = header.reasonCode() == Auth.CONTINUE_AUTHENTICATION.byteValue();
    boolean expected =
        begins ? progress != Progress.CHECKING : answers && progress == Progress.ASKED_AGAIN;
    if (!expected || !isOfMethod(header.properties())) {
      connection.protocolError(Disconnect.PROTOCOL_ERROR);
    } else if (begins && !hasTurn()) {
      connection.disconnect(Disconnect.MESSAGE_RATE_TOO_HIGH);
    } else {
      check(data(header.properties()));
    }
  }

  private boolean isOfMethod(MqttProperties properties) {
    return properties.getProperty(MqttProperties.AUTHENTICATION_METHOD)
            instanceof MqttProperties.StringProperty said
        && said.value().equals(method);
  }

  /** Each is a signature to verify: one every ten seconds, and some at once. */
  private boolean hasTurn() {
    long now = connection.nanoTime();
    long earliest = now - BURST;
    long next = turn - earliest > 0 ? turn : earliest;
    if (next - now > 0) {
      return false;
    }
    turn = next + INTERVAL;
    return true;
  }

  private void check(byte @Nullable [] data) {
    askNoMore();
    progress = Progress.CHECKING;
    CompletionStage<Decision<DeviceIdentity>> answer;
    try {
      answer =
          connection
              .services()
              .authenticator()
              .authenticate(
                  new DeviceCredentials(
                      device.value(), null, data, AwaitingConnect.certificates(connection)));
    } catch (RuntimeException e) {
      decided(null, e);
      return;
    }
    answer.whenComplete((decision, failure) -> connection.onLoop(() -> decided(decision, failure)));
  }

  private void decided(@Nullable Decision<DeviceIdentity> decision, @Nullable Throwable failure) {
    if (!connection.isIn(open)) {
      LateDecision.count(connection, device, decision);
      return;
    }
    switch (decision) {
      case null -> {
        connection
            .services()
            .authenticatorLog()
            .warn(
                "device %s: its new credentials cannot be checked, its earlier ones hold: %s"
                    .formatted(device, failure));
        askLater();
      }
      case Decision.Accepted<DeviceIdentity>(var identity)
          when identity.serial().equals(device.value()) -> {
        progress = Progress.NONE;
        open.proved(identity);
        if (connection.isProofOver()) {
          log.debug("device {}: its issuer has ended meanwhile", device);
          refused();
        } else {
          send(Auth.SUCCESS);
        }
      }
      case Decision.Accepted<DeviceIdentity>(var identity) -> {
        log.debug("device {}: has the credentials of {}", device, identity.serial());
        refused();
      }
      case Decision.Refused<DeviceIdentity>(var reason, var detail)
          when reason == RefusalReason.UNAVAILABLE -> {
        log.debug("device {}: {}: {}", device, reason, detail);
        askLater();
      }
      case Decision.Refused<DeviceIdentity>(var reason, var detail) -> {
        log.debug("device {}: {}: {}", device, reason, detail);
        refused();
      }
    }
  }

  /** Ends the connection at once; what comes from the address next is slowed down. */
  private void refused() {
    long _ = CredentialRefusals.count(connection);
    connection.disconnect(Disconnect.NOT_AUTHORIZED);
  }

  private void askLater() {
    progress = Progress.TO_BE_ASKED_AGAIN;
    asking =
        connection
            .executor()
            .schedule(
                () -> {
                  asking = null;
                  progress = Progress.ASKED_AGAIN;
                  send(Auth.CONTINUE_AUTHENTICATION);
                },
                ASKED_AGAIN_AFTER_SECONDS,
                TimeUnit.SECONDS);
  }

  private void send(Auth reason) {
    connection.write(Packets.auth(reason, method));
    connection.flush();
  }

  /** The connection ends: a decision that comes later changes nothing in it. */
  void ended() {
    askNoMore();
  }

  private void askNoMore() {
    if (asking != null) {
      asking.cancel(false);
      asking = null;
    }
  }
}
