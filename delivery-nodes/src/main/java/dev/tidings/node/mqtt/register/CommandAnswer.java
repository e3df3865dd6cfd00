package dev.tidings.node.mqtt.register;

import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a device that asks for something other than a token.
 *
 * @param topic of the answer
 * @param shorterAndShorter the answer, and what is sent instead where it does not fit the device's
 *     Maximum Packet Size; empty if the PUBACK is all
 * @param reason of the PUBACK, if there is to be one
 */
public record CommandAnswer(String topic, List<byte[]> shorterAndShorter, PubAck reason) {
  public CommandAnswer {
    shorterAndShorter = List.copyOf(shorterAndShorter);
  }

  /** All went well, and the PUBACK says so. */
  public static CommandAnswer done(String topic) {
    return new CommandAnswer(topic, List.of(), PubAck.SUCCESS);
  }

  /** It is refused. */
  public static CommandAnswer refused(String topic, String error, PubAck reason) {
    return new CommandAnswer(
        topic, List.of(AnswerJson.error(Optional.empty(), Optional.empty(), error)), reason);
  }
}
