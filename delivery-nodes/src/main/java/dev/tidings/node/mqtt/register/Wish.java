package dev.tidings.node.mqtt.register;

import dev.tidings.schemas.value.AppId;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import java.util.List;
import java.util.Optional;

/** What a device asks for with a PUBLISH. */
sealed interface Wish {
  /**
   * A token for the app.
   *
   * @param locale a BCP 47 language tag
   * @param timeZone a zone that java.time knows
   * @param ignored the hints that could not be understood, by name
   */
  record Register(
      AppId app, Optional<String> locale, Optional<String> timeZone, List<String> ignored)
      implements Wish {}

  /** An end to the app's token. */
  record Unregister(AppId app) implements Wish {}

  /** It can't be understood: the device is told on that topic, in words too. */
  record Unclear(String answerTopic, Optional<String> app, String error, PubAck reason)
      implements Wish {}

  /** No topic a device may publish to; MQTT 5 can say so, in 3.1.1 it is acknowledged, ignored. */
  record Foreign(PubAck reason) implements Wish {}
}
