package dev.tidings.ingest.device;

import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.DeviceQuestion;
import dev.tidings.schemas.question.DeviceQuestion.InboxPage;
import dev.tidings.schemas.question.QuestionFrame;
import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells what delivery nodes answer. */
final class DeviceDesk implements DeviceInformation {
  private static final AsciiString SOON = AsciiString.cached("1");

  /** The longest names of apps that fit into a question. */
  private static final int MOST_APP_BYTES = QuestionFrame.MOST_QUESTION_BYTES - 1_024;

  private final DeviceNodes nodes;
  private final InstantSource clock;
  private final Counter away;

  DeviceDesk(DeviceNodes nodes, InstantSource clock, MeterRegistry metrics) {
    this.nodes = nodes;
    this.clock = clock;
    this.away =
        Counter.builder("tidings.ingest.devices.unanswered")
            .description("Questions about devices to which no delivery node had an answer")
            .register(metrics);
  }

  @Override
  public Response device(DeviceId device, @Nullable List<String> apps) {
    return ask(device, apps, null, "");
  }

  @Override
  public Response inbox(DeviceId device, @Nullable List<String> apps, InboxPage page, String path) {
    return ask(device, apps, page, path);
  }

  private Response ask(
      DeviceId device, @Nullable List<String> apps, @Nullable InboxPage page, String path) {
    if (apps != null && apps.stream().mapToInt(app -> app.length() + 1).sum() > MOST_APP_BYTES) {
      return Problem.of(
              HttpResponseStatus.BAD_REQUEST,
              "apps: %d (expected: a credential for fewer of the team's)".formatted(apps.size()))
          .response();
    }
    DeviceQuestion question =
        new DeviceQuestion(device, apps == null ? null : Set.copyOf(apps), page, clock.instant());
    return switch (nodes.ask(question)) {
      case DeviceAnswer.Found(var json, var next) ->
          ok(next == null || page == null ? json : goingOn(json, path, device, page, next));
      case DeviceAnswer.Unknown _ ->
          Problem.of(
                  HttpResponseStatus.NOT_FOUND,
                  "device: none of yours (expected: one that has registered an app of yours, or"
                      + " is owed a notification of one)")
              .response();
      case DeviceAnswer.NotNow(var why) -> notNow(why);
      case DeviceAnswer.Elsewhere(var node) -> notNow("delivery node " + node + " has the device");
    };
  }

  private Response notNow(String why) {
    away.increment();
    return Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, why)
        .response(HttpHeaderNames.RETRY_AFTER, SOON);
  }

  private static Response ok(String json) {
    return Response.of(
        HttpResponseStatus.OK,
        json.getBytes(StandardCharsets.US_ASCII),
        HttpHeaderNames.CONTENT_TYPE,
        HttpHeaderValues.APPLICATION_JSON);
  }

  /** Adds where it goes on; what is encoded for a URL needs no other encoding in JSON. */
  private static String goingOn(
      String json, String path, DeviceId device, InboxPage page, long next) {
    String encoded = URLEncoder.encode(device.value(), StandardCharsets.UTF_8).replace("+", "%20");
    return "%s,\"next\":\"%s%s/inbox?after=%d&limit=%d\"}"
        .formatted(json.substring(0, json.length() - 1), path, encoded, next, page.limit());
  }
}
