package dev.tidings.ingest.send;

import dev.tidings.ingest.accept.AppendResult;
import dev.tidings.ingest.accept.AppendResult.Bottleneck;
import dev.tidings.ingest.accept.InFlightShare;
import dev.tidings.ingest.accept.LogPlace;
import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.accept.RevocationLookup;
import dev.tidings.ingest.broadcast.BroadcastDesk;
import dev.tidings.ingest.broadcast.NewBroadcast;
import dev.tidings.ingest.limit.Exceeded;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.order.InOrder;
import dev.tidings.ingest.repeat.RepeatDecision;
import dev.tidings.ingest.repeat.Repetitions;
import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.Token;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks notifications and gives them to the log, one at a time; in what order they are checked is
 * said in {@link #check}. Thread-safe; never blocks.
 */
public final class SendDesk {
  /** The type of the problem that an id was used for another request. */
  static final String ID_USED = "urn:tidings:problem:id-used";

  private static final String OWN_ID =
      "an id of its own: within 24 h another request with it was accepted for this token";
  private static final String TOKEN = "target.token";
  private static final String NOT_OURS =
      "a token that a device of this installation has been given";

  private final NotificationReader reader;
  private final TokenCheck tokens;
  private final RevocationLookup revocations;
  private final SendLimits limits;
  private final Repetitions repetitions;
  private final NotificationLog log;
  private final NotificationLog lineLog;
  private final InFlightShare lines;
  private final SendMeters meters;
  private final BroadcastDesk broadcasts;

  /**
   * Creates the desk.
   *
   * @param lineLog the log for notifications that come with many others
   * @param lines what of the log's places those may take
   */
  public SendDesk(
      TokenCheck tokens,
      RevocationLookup revocations,
      SendLimits limits,
      Repetitions repetitions,
      NotificationLog log,
      NotificationLog lineLog,
      InFlightShare lines,
      SendMeters meters,
      BroadcastDesk broadcasts,
      InstantSource clock) {
    this.broadcasts = broadcasts;
    this.reader = new NotificationReader(new JsonPayload(), clock);
    this.tokens = tokens;
    this.revocations = revocations;
    this.limits = limits;
    this.repetitions = repetitions;
    this.log = log;
    this.lineLog = lineLog;
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
    return limits.request(scope.provider(), address);
  }

  /** Counts what a request that was counted changes of an app. */
  public @Nullable Exceeded count(SendScope scope, long address, AppId app) {
    return limits.broadcast(scope.provider(), address, app.value());
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
    if (reading
        instanceof
        SendRequest(
            NewNotification notification,
            byte[] _,
            Map<String, byte[]> _,
            boolean dryRun)) {
      Refusal refusal = refusal(notification, scope);
      if (refusal == null && !dryRun) {
        Exceeded exceeded =
            limits.notification(
                scope.provider(), address, notification.app().value(), notification.token().hex());
        refusal = exceeded == null ? null : Refusal.of(exceeded, notification.id());
      }
      return refusal == null ? reading : refusal;
    }
    if (reading instanceof BroadcastRequest(NewBroadcast broadcast, byte[] _, boolean dryRun)) {
      Refusal refusal = notAllowed(broadcast.app(), broadcast.pushType(), scope, broadcast.id());
      if (refusal == null && !dryRun) {
        Exceeded exceeded = limits.broadcast(scope.provider(), address, broadcast.app().value());
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
    AppId app = notification.app();
    Refusal notAllowed = notAllowed(app, notification.pushType(), scope, notification.id());
    if (notAllowed != null || notification.device() != null) {
      // Whether a device has the app, and which token, is known where registrations are.
      return notAllowed;
    }
    return refusal(notification.token(), app, TOKEN, notification.id());
  }

  /** Returns why a token in this field is not taken; null if it is genuine and not revoked. */
  public @Nullable Refusal refusal(
      Token token, AppId app, String field, @Nullable NotificationId id) {
    switch (tokens.check(token, app)) {
      case FORGED -> {
        return Refusal.of(List.of(new FieldError(field, token.toString(), NOT_OURS)), id);
      }
      case OTHER_APP -> {
        return Refusal.of(
            List.of(new FieldError(field, token.toString(), "a token for " + app)), id);
      }
      case UNDECIDED -> {
        // Another process may have the key under which it was made.
        return Refusal.of(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            "the token cannot be checked by this node (expected: the same token keys everywhere)",
            id);
      }
      case GENUINE -> {}
    }
    try {
      OptionalLong since = revocations.revokedSince(token);
      return since.isPresent() ? Refusal.revoked(field, since.getAsLong(), id) : null;
    } catch (RevocationLookup.UnknownException e) {
      return Refusal.of(
          HttpResponseStatus.SERVICE_UNAVAILABLE,
          "this node does not know at the moment whether the token was revoked",
          id);
    }
  }

  /** Takes a place in the log for one; null if there is none. */
  public @Nullable LogPlace place() {
    return log.place();
  }

  /** The same for one of many in a request. */
  public @Nullable LogPlace linePlace(int payloadBytes) {
    return lineLog.place(lines, payloadBytes);
  }

  /**
   * Sends one that was checked on its way to the log, unless it comes again.
   *
   * @param place in the log, which is given back by this
   * @param order in which those of its connection, or its request, are given to the log
   */
  public Sending send(SendRequest request, LogPlace place, InOrder order, Sending.Sender sender) {
    Sending sending = new Sending(request, place, sender);
    sending.start(repetitions, order);
    return sending;
  }

  /** Returns the result of one for which there was no place. */
  public static SendResult crowdedOut(NewNotification notification) {
    return result(notification, new AppendResult.Overloaded(Bottleneck.IN_FLIGHT));
  }

  /** Returns what it means for the one who sent it that it came before. */
  static SendResult result(NewNotification notification, RepeatDecision decision) {
    NotificationId id = notification.id();
    return switch (decision) {
      case RepeatDecision.Again(long atMillis) -> new SendResult.Repeated(notification, atMillis);
      case RepeatDecision.Different _ ->
          new SendResult.Refused(
              Refusal.of(
                  HttpResponseStatus.CONFLICT,
                  ID_USED,
                  List.of(FieldError.of("id", id.value(), OWN_ID)),
                  id));
      case RepeatDecision.Failed(AppendResult failure) -> result(notification, failure);
      case RepeatDecision.Dropped _ ->
          new SendResult.Refused(
              Refusal.of(
                  HttpResponseStatus.SERVICE_UNAVAILABLE,
                  "an earlier request with this id ended before it was sent: send it again",
                  id));
      case RepeatDecision.Crowded _ ->
          new SendResult.Refused(
              Refusal.busy(
                  "requests-with-this-id",
                  "too many requests with this id wait for the first one",
                  id));
    };
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
  static SendResult result(NewNotification notification, AppendResult result) {
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
          Refusal.busy(
              "in-flight",
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
