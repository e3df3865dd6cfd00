package dev.tidings.ingest.console;

import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.ingest.admin.request.Page;
import dev.tidings.ingest.device.Fleet;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.schemas.question.OperatorQuestion;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Tells which topics of an app devices have joined, and which devices a topic. */
final class TopicSearch {
  private static final String PATH = "/v1/admin/topics";
  private static final String APP = "app";
  private static final String PREFIX = "prefix";

  private final JoinSurvey survey;

  TopicSearch(Fleet fleet, int partitions) {
    this.survey = new JoinSurvey(fleet, partitions);
  }

  List<AdminOperation> operations() {
    return List.of(
        AdminOperation.of("GET", PATH, this::topics),
        AdminOperation.of("GET", PATH + "/{topic}/subscribers", this::subscribers));
  }

  private Response topics(AdminRequest request) throws InterruptedException {
    Map<String, String> query = request.query(APP, PREFIX, Page.AFTER, Page.LIMIT);
    Page page = Page.of(query);
    AppId app = app(query);
    String prefix = query.getOrDefault(PREFIX, "");
    JoinSurvey.Found found =
        survey.ask(new OperatorQuestion.Topics(app, prefix, page.after(), page.limit()));
    return JsonAnswer.ok(out -> {
      out.writeStringField(APP, app.value());
      out.writeArrayFieldStart("topics");
      for (Map.Entry<String, Long> each : found.rows()) {
        out.writeStartObject();
        out.writeStringField("topic", each.getKey());
        out.writeNumberField("subscribers", each.getValue());
        out.writeEndObject();
      }
      out.writeEndArray();
      if (found.more()) {
        out.writeStringField(
            "next", next("%s?app=%s&prefix=%s".formatted(PATH, app, encoded(prefix)), found, page));
      }
    });
  }

  private Response subscribers(AdminRequest request) throws InterruptedException {
    Map<String, String> query = request.query(APP, Page.AFTER, Page.LIMIT);
    Page page = Page.of(query);
    AppId app = app(query);
    BroadcastTopic topic = topic(request.parameter("topic"));
    JoinSurvey.Found found =
        survey.ask(new OperatorQuestion.Subscribers(app, topic, page.after(), page.limit()));
    return JsonAnswer.ok(out -> {
      out.writeStringField(APP, app.value());
      out.writeStringField("topic", topic.value());
      out.writeNumberField("subscribers", found.joins());
      out.writeArrayFieldStart("devices");
      for (Map.Entry<String, Long> each : found.rows()) {
        out.writeString(each.getKey());
      }
      out.writeEndArray();
      if (found.more()) {
        String path = "%s/%s/subscribers?app=%s".formatted(PATH, encoded(topic.value()), app);
        out.writeStringField("next", next(path, found, page));
      }
    });
  }

  private static AppId app(Map<String, String> query) {
    return new AppId(query.getOrDefault(APP, ""));
  }

  /** Names of users have percent signs themselves, which are encoded once more. */
  private static BroadcastTopic topic(String segment) {
    String decoded;
    try {
      decoded = QueryStringDecoder.decodeComponent(segment);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException("topic", segment, "percent-encoded UTF-8");
    }
    return new BroadcastTopic(decoded);
  }

  private static String next(String path, JoinSurvey.Found found, Page page) {
    return "%s&after=%s&limit=%d"
        .formatted(path, encoded(found.rows().getLast().getKey()), page.limit());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
