package dev.tidings.ingest.send;

import dev.tidings.ingest.accept.AppendListener;
import dev.tidings.ingest.accept.AppendResult;
import dev.tidings.ingest.accept.AppendResult.Bottleneck;
import dev.tidings.ingest.accept.InFlightShare;
import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.broadcast.BroadcastDesk;
import dev.tidings.ingest.broadcast.NewBroadcast;
import dev.tidings.ingest.limit.Exceeded;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.Token;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checks notifications and gives them to the log, one at a time; in what order they are checked is
 * said in {@link #check}. Thread-safe; never blocks.
 */
public final class SendDesk {
  private static final String TOKEN = "target.token";
  private static final String NOT_OURS =
      "a token that a device of this installation has been given";

  private final NotificationReader reader;
  private final TokenCheck tokens;
  private final Function<Token, OptionalLong> revocations;
  private final SendLimits limits;
  private final NotificationLog log;
  private final InFlightShare lines;
  private final SendMeters meters;
  private final BroadcastDesk broadcasts;

  /**
   * Creates the desk.
   *
   * @param revocations since when a token is revoked, in ms since the epoch; answers from memory
   * @param lines what of the log's places those notifications may take that come with many others
   */
  public SendDesk(
      TokenCheck tokens,
      Function<Token, OptionalLong> revocations,
      SendLimits limits,
      NotificationLog log,
      InFlightShare lines,
      SendMeters meters,
      BroadcastDesk broadcasts,
      InstantSource clock) {
    this.broadcasts = broadcasts;
    this.reader = new NotificationReader(new JsonPayload(), clock);
    this.tokens = tokens;
    this.revocations = revocations;
    this.limits = limits;
    this.log = log;
    this.lines = lines;
    this.meters = meters;
  }

  /**
   * Counts a request, or a line of one.
   *
   * @param address the number of its client's address
   * @return the limit that it exceeds; null if it may go on
   */
  public @Nullable Exceeded count(SendScope scope, long address) {
    return limits.request(scope.team(), address);
  }

  public SendMeters meters() {
    return meters;
  }

  /**
   * Reads and checks what lies between two places: its form first, then whether it may be sent to
   * its app, whether the token is genuine and not revoked, and at last the limits of app and token.
   * A broadcast has its own limits, which are looked at when it is {@linkplain #broadcast sent}.
   *
   * @param address the number of its client's address
   */
  public Reading check(byte[] bytes, int from, int to, SendScope scope, long address) {
    Reading reading = reader.read(bytes, from, to);
    if (reading instanceof SendRequest(NewNotification notification, byte[] _, boolean dryRun)) {
      Refusal refusal = refusal(notification, scope);
      if (refusal == null && !dryRun) {
        Exceeded exceeded =
            limits.notification(
                scope.team(), address, notification.app().value(), notification.token().hex());
        refusal = exceeded == null ? null : Refusal.of(exceeded, notification.id());
      }
      return refusal == null ? reading : refusal;
    }
    if (reading instanceof BroadcastRequest(NewBroadcast broadcast, byte[] _, boolean dryRun)) {
      Refusal refusal = notAllowed(broadcast.app(), broadcast.pushType(), scope, broadcast.id());
      if (refusal == null && !dryRun) {
        Exceeded exceeded = limits.broadcast(scope.team(), address, broadcast.app().value());
        refusal = exceeded == null ? null : Refusal.of(exceeded, broadcast.id());
      }
      return refusal == null ? reading : refusal;
    }
    return reading;
  }

  private static @Nullable Refusal notAllowed(
      AppId app, PushType type, SendScope scope, NotificationId id) {
    return scope.allows(app, type)
        ? null
        : Refusal.of(
            HttpResponseStatus.FORBIDDEN,
            null,
            List.of(
                FieldError.of(
                    "app",
                    app.value(),
                    "one that this credential may send " + type.header() + " to")),
            id);
  }

  private @Nullable Refusal refusal(NewNotification notification, SendScope scope) {
    @Nullable Refusal notAllowed =
        notAllowed(notification.app(), notification.pushType(), scope, notification.id());
    if (notAllowed != null) {
      return notAllowed;
    }
    Token token = notification.token();
    String shown = token.toString();
    switch (tokens.check(token, notification.app())) {
      case FORGED -> {
        return Refusal.of(List.of(new FieldError(TOKEN, shown, NOT_OURS)), notification.id());
      }
      case OTHER_APP -> {
        return Refusal.of(
            List.of(new FieldError(TOKEN, shown, "a token for " + notification.app())),
            notification.id());
      }
      case UNDECIDED -> {
        // Another process may have the key under which it was made.
        return Refusal.of(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            "the token cannot be checked by this node (expected: the same token keys everywhere)",
            notification.id());
      }
      case GENUINE -> {
        // Goes on.
      }
    }
    OptionalLong since = revocations.apply(token);
    return since.isPresent() ? Refusal.revoked(since.getAsLong(), notification.id()) : null;
  }

  /** Gives one that was checked to the log. */
  public void append(SendRequest request, AppendListener listener) {
    log.append(request.notification(), request.payload(), listener);
  }

  /** The same for one of many in a request. */
  public void appendLine(SendRequest request, AppendListener listener) {
    log.append(lines, request.notification(), request.payload(), listener);
  }

  /**
   * Gives a broadcast that was checked to the log, unless that exceeds a limit of broadcasts.
   *
   * @param result told exactly once, in any thread
   */
  public void broadcast(BroadcastRequest request, SendScope scope, Consumer<SendResult> result) {
    NewBroadcast broadcast = request.broadcast();
    broadcasts.send(
        broadcast,
        request.payload(),
        scope.team(),
        given -> result.accept(BroadcastResults.of(broadcast, given)));
  }

  /** Returns what of the log's places those of many may take. */
  public InFlightShare lines() {
    return lines;
  }

  /** Returns what the log's result means for the one who sent it. */
  public static SendResult result(NewNotification notification, AppendResult result) {
    return switch (result) {
      case AppendResult.Accepted(long atMillis) -> new SendResult.Accepted(notification, atMillis);
      case AppendResult.Overloaded(Bottleneck bottleneck) ->
          new SendResult.Refused(overloaded(notification, bottleneck));
      case AppendResult.Failed _ ->
          new SendResult.Refused(
              Refusal.of(
                  HttpResponseStatus.INTERNAL_SERVER_ERROR,
                  "see this node's log",
                  notification.id()));
    };
  }

  private static Refusal overloaded(NewNotification notification, Bottleneck bottleneck) {
    return switch (bottleneck) {
      case IN_FLIGHT ->
          Refusal.of(
              HttpResponseStatus.TOO_MANY_REQUESTS,
              "too many notifications are being written to the log",
              notification.id());
      case LOG ->
          Refusal.of(
              HttpResponseStatus.SERVICE_UNAVAILABLE,
              "the log has not taken it in time; it may be there nevertheless: send it again with"
                  + " the same id",
              notification.id());
    };
  }
}
