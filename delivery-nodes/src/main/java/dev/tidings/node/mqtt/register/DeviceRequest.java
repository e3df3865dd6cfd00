package dev.tidings.node.mqtt.register;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A device's request, made with a PUBLISH. */
sealed interface DeviceRequest {
  /**
   * Asks for a token of the app.
   *
   * @param locale a BCP 47 language tag
   * @param timeZone a zone that java.time knows
   * @param user that it names, which counts where devices prove nothing
   * @param tags that it has and no others; empty: as before
   * @param ignored the names of hints that were not understood
   */
  record Register(
      AppId app,
      Optional<String> locale,
      Optional<String> timeZone,
      Optional<String> user,
      Optional<Set<BroadcastTopic>> tags,
      List<String> ignored)
      implements DeviceRequest {}

  /** Asks to revoke the app's token. */
  record Unregister(AppId app) implements DeviceRequest {}

  /** Asks to join a broadcast topic of the app. */
  record Subscribe(AppId app, BroadcastTopic topic) implements DeviceRequest {}

  /** Asks to leave it. */
  record Unsubscribe(AppId app, BroadcastTopic topic) implements DeviceRequest {}

  /** An invalid request: the device gets an error on that topic, naming what it is about. */
  record Invalid(
      String answerTopic, Optional<String> app, Optional<String> topic, String error, PubAck reason)
      implements DeviceRequest {}

  /**
   * A PUBLISH to a topic where devices may not publish. MQTT 5 has a reason code for it; in 3.1.1
   * it is acknowledged and ignored.
   */
  record Unsupported(PubAck reason) implements DeviceRequest {}
}
