package dev.tidings.node.mqtt.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.auth.Apps;
import dev.tidings.node.mqtt.register.AnswerChannel;
import dev.tidings.node.mqtt.register.CommandAnswer;
import dev.tidings.node.replay.ReplayEnd;
import dev.tidings.node.replay.ReplayListener;
import dev.tidings.node.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/**
 * Carries out a device's requests on {@code $tidings/replay}. The PUBACK says that it begins, or
 * why it does not; how it has ended is told on {@code $tidings/replayed}.
 */
public final class ReplayRequests {
  public static final String TOPIC = "$tidings/replay";
  public static final String ANSWERS = "$tidings/replayed";
  private static final JsonFactory JSON = new JsonFactory();

  private ReplayRequests() {}

  /**
   * Carries out a request. Event loop only.
   *
   * @param own the apps that the device may receive
   * @return the answer to the request itself; does not complete if the session ends first
   */
  public static CompletionStage<CommandAnswer> take(
      ByteBuf payload, Apps own, Session session, AnswerChannel answers) {
    return switch (ReplayRequestReader.read(payload)) {
      case ReplayRequest.Invalid(var error, var reason) ->
          CompletableFuture.completedFuture(CommandAnswer.refused(ANSWERS, error, reason));
      case ReplayRequest.Start(var span)
          when span.apps() != null && !span.apps().stream().allMatch(own::contains) ->
          CompletableFuture.completedFuture(
              CommandAnswer.refused(
                  ANSWERS,
                  "app: "
                      + String.join(", ", span.apps())
                      + " (expected: one that the device's issuer vouches for)",
                  PubAck.NOT_AUTHORIZED));
      case ReplayRequest.Start(var span) -> {
        CompletableFuture<CommandAnswer> answer = new CompletableFuture<>();
        session.replay(span, new Answering(answer, answers));
        yield answer;
      }
      case ReplayRequest.Stop() -> {
        session.stopReplay();
        yield CompletableFuture.completedFuture(CommandAnswer.done(ANSWERS));
      }
    };
  }

  /** Tells the device what becomes of its replay. */
  private record Answering(CompletableFuture<CommandAnswer> answer, AnswerChannel answers)
      implements ReplayListener {
    @Override
    public void begun() {
      answer.complete(CommandAnswer.done(ANSWERS));
    }

    @Override
    public void refused(String why) {
      answer.complete(CommandAnswer.refused(ANSWERS, "try again: " + why, PubAck.QUOTA_EXCEEDED));
    }

    @Override
    public void ended(ReplayEnd end) {
      byte[] json = json(end);
      try {
        answers
            .executor()
            .execute(() -> {
              if (answers.publish(ANSWERS, json)) {
                answers.flush();
              } else {
                answers.tooLarge();
              }
            });
      } catch (RejectedExecutionException e) {
        // The loops have stopped, and with them the connection.
      }
    }
  }

  private static byte[] json(ReplayEnd end) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("end", end.how().name().toLowerCase(Locale.ROOT));
      json.writeNumberField("count", end.count());
      if (end.skipped() > 0) {
        json.writeNumberField("skipped", end.skipped());
      }
      json.writeStringField("cursor", end.cursor());
      json.writeBooleanField("cut", end.cut());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
