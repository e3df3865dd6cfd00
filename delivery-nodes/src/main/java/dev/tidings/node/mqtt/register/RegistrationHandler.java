package dev.tidings.node.mqtt.register;

import dev.tidings.auth.Apps;
import dev.tidings.node.mqtt.register.Acknowledgements.PendingAck;
import dev.tidings.node.register.RefusedException;
import dev.tidings.node.register.Registrar;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Token;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registrations of one connection, and the topics that its device joins and leaves. Event loop
 * only. The device is answered on the answer topic, and if it published with QoS 1, by a PUBACK:
 * 0x80 if it should try again, 0x99 or 0x83 if its request is invalid, 0x87 if its credentials do
 * not name the app or it may not publish there, 0x97 if it asks too much. MQTT 3.1.1 has no such
 * codes: there a PUBACK only means that the packet was received.
 *
 * <p>An answer larger than the device accepts is shortened. If that is not enough, the PUBACK has
 * to suffice; if there is none, or the device would be without its token, the connection ends with
 * 0x95, so that it does not wait for an answer that cannot be sent.
 */
public final class RegistrationHandler {
  private static final Logger log = LoggerFactory.getLogger(RegistrationHandler.class);
  private static final String TRY_AGAIN = "try again";

  private final DeviceId device;
  private final Registrar registrar;
  private final int max;
  private final AnswerChannel answers;
  private final Acknowledgements acknowledgements;
  private int inFlight;

  /**
   * Creates the registrations of a new connection.
   *
   * @param max the maximum number in flight; further ones are answered with an error
   */
  public RegistrationHandler(DeviceId device, Registrar registrar, int max, AnswerChannel answers) {
    this.device = device;
    this.registrar = registrar;
    this.max = max;
    this.answers = answers;
    this.acknowledgements = new Acknowledgements(answers);
  }

  /** Returns whether every one has been answered, so that no state is left. */
  public boolean areOver() {
    return inFlight == 0 && acknowledgements.size() == 0;
  }

  /** Returns the number of PUBLISH packets of QoS 1 without a PUBACK. */
  public int unacknowledged() {
    return acknowledgements.size();
  }

  /**
   * Handles a PUBLISH of the device.
   *
   * @param packetId 0 for QoS 0
   * @param may what the device may register now
   * @param own the apps that it receives and may unregister, whichever its credentials name
   */
  public void publish(String topic, ByteBuf payload, int packetId, Registrable may, Apps own) {
    Optional<PendingAck> owed =
        packetId == 0 ? Optional.empty() : Optional.of(acknowledgements.expect(packetId));
    switch (DeviceRequestReader.read(topic, payload)) {
      case DeviceRequest.Register register -> register(register, may, owed);
      case DeviceRequest.Unregister(var app) -> {
        Asked asked = Asked.about(RegistrationTopics.UNREGISTERED, app, owed);
        if (isAmongOwn(own, app, asked)) {
          ask(
              asked,
              () -> registrar.unregister(device, app),
              token -> List.of(AnswerJson.app(app.value())),
              true);
        }
      }
      case DeviceRequest.Subscribe(var app, var of) -> {
        Asked asked = Asked.about(RegistrationTopics.SUBSCRIBED, app, of, owed);
        if (isAmong(may.apps(), app, asked)) {
          ask(asked, () -> registrar.join(device, app, of), token -> asked.done(), true);
        }
      }
      case DeviceRequest.Unsubscribe(var app, var of) -> {
        Asked asked = Asked.about(RegistrationTopics.UNSUBSCRIBED, app, of, owed);
        if (isAmongOwn(own, app, asked)) {
          ask(asked, () -> registrar.leave(device, app, of), token -> asked.done(), true);
        }
      }
      case DeviceRequest.Invalid invalid ->
          refuse(
              new Asked(invalid.answerTopic(), invalid.app(), invalid.topic(), owed),
              invalid.error(),
              invalid.reason());
      case DeviceRequest.Unsupported(var reason) -> settle(owed, reason);
    }
  }

  private void register(
      DeviceRequest.Register request, Registrable may, Optional<PendingAck> owed) {
    AppId app = request.app();
    Asked asked = Asked.about(RegistrationTopics.REGISTERED, app, owed);
    if (!isAmong(may.apps(), app, asked)) {
      return;
    }
    try {
      Described described = Described.of(request, may, registrar.ownTags());
      ask(
          asked,
          () ->
              registrar.register(
                  device, app, request.locale(), request.timeZone(), described.attributes()),
          token ->
              List.of(
                  AnswerJson.token(app.value(), token.hex(), described.ignored()),
                  AnswerJson.token(app.value(), token.hex(), List.of())),
          false);
    } catch (InvalidValueException e) {
      refuse(asked, String.valueOf(e.getMessage()), PubAck.IMPLEMENTATION_SPECIFIC_ERROR);
    }
  }

  /**
   * Handles a PUBLISH that somebody else answers, in its turn.
   *
   * @param packetId 0 for QoS 0
   * @param topic of the answer, if it is refused because too many are in flight
   * @param command carries it out
   */
  public void command(
      int packetId, String topic, Supplier<CompletionStage<CommandAnswer>> command) {
    Optional<PendingAck> owed =
        packetId == 0 ? Optional.empty() : Optional.of(acknowledgements.expect(packetId));
    Asked asked = new Asked(topic, Optional.empty(), Optional.empty(), owed);
    if (inFlight == max) {
      refuse(asked, TRY_AGAIN + ": too many at once", PubAck.QUOTA_EXCEEDED);
      return;
    }
    inFlight++;
    var _ =
        command
            .get()
            .whenComplete((answer, failure) ->
                onLoop(() -> {
                  inFlight--;
                  if (failure != null) {
                    log.warn("device {}: is told to try again: {}", device, failure.toString());
                    refuse(asked, TRY_AGAIN, PubAck.UNSPECIFIED_ERROR);
                  } else if (answer.shorterAndShorter().isEmpty()) {
                    settle(owed, answer.reason());
                  } else {
                    Asked answered =
                        new Asked(answer.topic(), Optional.empty(), Optional.empty(), owed);
                    answer(answered, answer.shorterAndShorter(), answer.reason(), true);
                  }
                  answers.flush();
                }));
  }

  private boolean isAmong(Apps apps, AppId app, Asked asked) {
    boolean isAmong = apps.contains(app.value());
    if (!isAmong) {
      String error = "app: " + app + " (expected: one that the device's credentials name)";
      refuse(asked, error, PubAck.NOT_AUTHORIZED);
    }
    return isAmong;
  }

  private boolean isAmongOwn(Apps own, AppId app, Asked asked) {
    boolean isAmong = own.contains(app.value());
    if (!isAmong) {
      String error = "app: " + app + " (expected: one that the device's issuer vouches for)";
      refuse(asked, error, PubAck.NOT_AUTHORIZED);
    }
    return isAmong;
  }

  private void ask(
      Asked asked, Question question, Function<Token, List<byte[]>> answer, boolean pubAckTells) {
    if (inFlight == max) {
      refuse(asked, TRY_AGAIN + ": too many at once", PubAck.QUOTA_EXCEEDED);
      return;
    }
    inFlight++;
    CompletionStage<Token> stage;
    try {
      stage = question.ask();
    } catch (RuntimeException e) {
      failed(asked, e);
      return;
    }
    var _ =
        stage.whenComplete((token, failure) ->
            onLoop(() -> {
              if (failure == null) {
                inFlight--;
                answer(asked, answer.apply(token), PubAck.SUCCESS, pubAckTells);
              } else {
                failed(asked, failure);
              }
              answers.flush();
            }));
  }

  private void failed(Asked asked, Throwable failure) {
    inFlight--;
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof RefusedException) {
      refuse(asked, String.valueOf(cause.getMessage()), PubAck.QUOTA_EXCEEDED);
      return;
    }
    log.warn(
        "device {}: registration failed, the device is told to try again: {}",
        device,
        failure.toString());
    refuse(asked, TRY_AGAIN, PubAck.UNSPECIFIED_ERROR);
  }

  private void refuse(Asked asked, String error, PubAck reason) {
    List<byte[]> texts =
        List.of(
            AnswerJson.error(asked.app(), asked.topic(), error),
            AnswerJson.error(Optional.empty(), Optional.empty(), error));
    answer(asked, texts, reason, true);
  }

  /**
   * Sends the first of the answers that fits the device's Maximum Packet Size.
   *
   * @param pubAckTells whether a PUBACK with this reason replaces an answer
   */
  private void answer(
      Asked asked, List<byte[]> shorterAndShorter, PubAck reason, boolean pubAckTells) {
    boolean sent = false;
    for (byte[] json : shorterAndShorter) {
      sent = sent || answers.publish(asked.answerTopic(), json);
    }
    if (sent || (pubAckTells && asked.owed().isPresent())) {
      settle(asked.owed(), reason);
    } else {
      answers.tooLarge();
    }
  }

  private void settle(Optional<PendingAck> owed, PubAck reason) {
    owed.ifPresent(entry -> acknowledgements.settle(entry, reason));
  }

  /** The registrar completes on any thread, perhaps before it returns. */
  private void onLoop(Runnable task) {
    if (answers.executor().inEventLoop()) {
      task.run();
    } else {
      answers.executor().execute(task);
    }
  }

  /**
   * What a request is about.
   *
   * @param answerTopic where it is answered
   * @param app empty if none could be read
   * @param topic the broadcast topic, if it is about one
   */
  private record Asked(
      String answerTopic, Optional<String> app, Optional<String> topic, Optional<PendingAck> owed) {
    static Asked about(String answerTopic, AppId app, Optional<PendingAck> owed) {
      return new Asked(answerTopic, Optional.of(app.value()), Optional.empty(), owed);
    }

    static Asked about(
        String answerTopic, AppId app, BroadcastTopic topic, Optional<PendingAck> owed) {
      return new Asked(answerTopic, Optional.of(app.value()), Optional.of(topic.value()), owed);
    }

    /** Returns the answer that the topic was joined or left. */
    List<byte[]> done() {
      return List.of(AnswerJson.topic(app.orElse(""), topic.orElse("")));
    }
  }

  /** A call of the registrar. */
  private interface Question {
    CompletionStage<Token> ask();
  }
}
