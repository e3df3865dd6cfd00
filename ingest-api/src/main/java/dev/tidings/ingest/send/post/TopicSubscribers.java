package dev.tidings.ingest.send.post;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.ingest.accept.NewNotification.TopicChange;
import dev.tidings.ingest.send.FieldError;
import dev.tidings.ingest.send.Refusal;
import dev.tidings.ingest.send.SendScope;
import dev.tidings.ingest.send.topic.TopicChanges;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code PUT} and {@code DELETE /v1/topics/{topic}/subscribers?app=…}: the devices of tokens join
 * or leave a broadcast topic, or get or lose a user or a tag, which are topics of reserved names;
 * one token, or many in lines of their own.
 */
final class TopicSubscribers implements Operation {
  private static final PathTemplate PATH = PathTemplate.of("/v1/topics/{topic}/subscribers");
  private static final String APP = "app";

  private final String method;
  private final boolean joins;
  private final TopicChanges changes;
  private final PostNotifications requests;

  /**
   * @param joins whether devices join; if not, they leave
   * @param requests serves requests of this form
   */
  TopicSubscribers(String method, boolean joins, TopicChanges changes, PostNotifications requests) {
    this.method = method;
    this.joins = joins;
    this.changes = changes;
    this.requests = requests;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public PathTemplate path() {
    return PATH;
  }

  @Override
  public BodyReader serve(Request head, Exchange exchange) {
    return requests.serve(head, exchange, this::form);
  }

  private Form.Result form(Request head, SendScope scope) {
    try {
      BroadcastTopic topic =
          new BroadcastTopic(
              QueryStringDecoder.decodeComponent(PATH.parameter(head.path(), "topic")));
      topic.checkProvided();
      AppId app = app(head.query());
      @Nullable Refusal refusal = changes.refusal(app, scope);
      return refusal == null
          ? new Form.Good(changes.of(app, new TopicChange(topic, joins)))
          : new Form.Faulty(refusal);
    } catch (InvalidValueException e) {
      return faulty(new FieldError(e.name(), e.value(), e.expected()));
    } catch (IllegalArgumentException e) {
      return faulty(new FieldError("path or query", "malformed", "percent-encoded UTF-8"));
    }
  }

  private static AppId app(@Nullable String query) {
    @Nullable List<String> values =
        query == null ? null : new QueryStringDecoder(query, false).parameters().get(APP);
    if (values == null) {
      throw new InvalidValueException(APP, "missing", "the app that the topic is of, as ?app=…");
    }
    return new AppId(values.getFirst());
  }

  private static Form.Result faulty(FieldError error) {
    return new Form.Faulty(Refusal.of(List.of(error), null));
  }
}
