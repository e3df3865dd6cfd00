package dev.tidings.node.mqtt.report;

import dev.tidings.auth.Apps;
import dev.tidings.node.mqtt.register.CommandAnswer;
import dev.tidings.node.register.RefusedException;
import dev.tidings.node.register.Registrar;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a device's reports. The PUBACK says that the log has it, and nothing more: not
 * whether there is such a notification.
 */
public final class ReportRequests {
  public static final String ANSWERS = "$tidings/reported";
  private static final Map<String, StepName> STEPS =
      Map.of("$tidings/displayed", StepName.DISPLAYED, "$tidings/opened", StepName.OPENED);

  /** So long a device waits for the log, as it does for a token. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private ReportRequests() {}

  /** Returns whether a PUBLISH on this topic is a report. */
  public static boolean isReport(String topic) {
    return STEPS.containsKey(topic);
  }

  /**
   * Carries out a report. It is refused if the log does not have it in time, which may have it
   * later.
   *
   * @param own the apps that the device may receive
   * @param timer of the connection
   */
  public static CompletionStage<CommandAnswer> take(
      String topic,
      ByteBuf payload,
      Apps own,
      DeviceId device,
      Registrar registrar,
      EventExecutor timer) {
    StepName step = STEPS.getOrDefault(topic, StepName.UNKNOWN);
    return switch (ReportReader.read(payload)) {
      case ReportReader.Invalid(var error, var reason) -> refused(error, reason);
      case ReportReader.Report(var _, var app)
          when app.isPresent() && !own.contains(app.get().value()) ->
          refused(
              "app: " + app.get().value() + " (expected: one that the device's issuer vouches for)",
              PubAck.NOT_AUTHORIZED);
      case ReportReader.Report(var id, var app) -> {
        CompletableFuture<CommandAnswer> answer = new CompletableFuture<>();
        var _ =
            registrar
                .report(device, app, own::contains, id, step)
                .whenComplete((done, failure) -> answer(answer, failure));
        if (!answer.isDone()) {
          refuseInTime(answer, timer);
        }
        yield answer;
      }
    };
  }

  private static void refuseInTime(CompletableFuture<CommandAnswer> answer, EventExecutor timer) {
    Future<?> late =
        timer.schedule(
            () ->
                answer.complete(
                    CommandAnswer.refused(
                        ANSWERS,
                        "try again: the log takes nothing at the moment",
                        PubAck.QUOTA_EXCEEDED)),
            PATIENCE.toNanos(),
            TimeUnit.NANOSECONDS);
    var _ = answer.whenComplete((done, failure) -> late.cancel(false));
  }

  private static void answer(CompletableFuture<CommandAnswer> answer, @Nullable Throwable failure) {
    @Nullable Throwable cause =
        failure instanceof CompletionException ? failure.getCause() : failure;
    switch (cause) {
      case null -> answer.complete(CommandAnswer.done(ANSWERS));
      case RefusedException refused ->
          answer.complete(
              CommandAnswer.refused(
                  ANSWERS, String.valueOf(refused.getMessage()), PubAck.QUOTA_EXCEEDED));
      case InvalidValueException invalid ->
          answer.complete(
              CommandAnswer.refused(
                  ANSWERS,
                  String.valueOf(invalid.getMessage()),
                  PubAck.IMPLEMENTATION_SPECIFIC_ERROR));
      default -> answer.completeExceptionally(cause);
    }
  }

  private static CompletionStage<CommandAnswer> refused(String error, PubAck reason) {
    return CompletableFuture.completedFuture(CommandAnswer.refused(ANSWERS, error, reason));
  }
}
