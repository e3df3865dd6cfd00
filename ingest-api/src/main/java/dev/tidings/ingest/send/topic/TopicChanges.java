package dev.tidings.ingest.send.topic;

import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.ingest.accept.NewNotification.TopicChange;
import dev.tidings.ingest.limit.Exceeded;
import dev.tidings.ingest.send.FieldError;
import dev.tidings.ingest.send.Reading;
import dev.tidings.ingest.send.Reading.Checking;
import dev.tidings.ingest.send.Refusal;
import dev.tidings.ingest.send.SendDesk;
import dev.tidings.ingest.send.SendRequest;
import dev.tidings.ingest.send.SendScope;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.Token;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks what devices are to join and leave on behalf of their apps' providers, one token at a
 * time: its form first, then whether the credential is of the app, whether the token is genuine and
 * not revoked, and at last the limit of the app. Thread-safe; never blocks.
 */
public final class TopicChanges {
  private static final String TOKEN = "token";
  private static final byte[] NOTHING = new byte[0];

  private final SendDesk desk;
  private final InstantSource clock;
  private final TokenReader reader = new TokenReader();

  /** Creates it, over what checks notifications. */
  public TopicChanges(SendDesk desk, InstantSource clock) {
    this.desk = desk;
    this.clock = clock;
  }

  /** Returns why a credential may change nothing of an app; null if it may. */
  public @Nullable Refusal refusal(AppId app, SendScope scope) {
    return scope.allows(app, PushType.ALERT)
        ? null
        : Refusal.of(
            HttpResponseStatus.FORBIDDEN,
            null,
            List.of(FieldError.of("app", app.value(), "one of this credential's")),
            null);
  }

  /** Returns what checks the requests for a topic of an app. */
  public Checking of(AppId app, TopicChange change) {
    return (bytes, from, to, scope, address) ->
        switch (reader.read(bytes, from, to)) {
          case TokenReader.Read.Faulty(Refusal refusal) -> refusal;
          case TokenReader.Read.Found(Token token) -> check(token, app, change, scope, address);
        };
  }

  private Reading check(Token token, AppId app, TopicChange change, SendScope scope, long address) {
    @Nullable Refusal refusal = refusal(app, scope);
    if (refusal == null) {
      refusal = desk.refusal(token, app, TOKEN, null);
    }
    if (refusal == null) {
      @Nullable Exceeded exceeded = desk.count(scope, address, app);
      refusal = exceeded == null ? null : Refusal.of(exceeded, null);
    }
    return refusal == null
        ? new SendRequest(
            NewNotification.of(NotificationId.at(clock.millis()), token, app, change),
            NOTHING,
            Map.of(),
            false)
        : refusal;
  }
}
