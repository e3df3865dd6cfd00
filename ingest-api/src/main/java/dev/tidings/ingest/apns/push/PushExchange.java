package dev.tidings.ingest.apns.push;

import dev.tidings.http.Exchange;
import dev.tidings.http.body.BodyListener;
import dev.tidings.ingest.accept.AppendListener;
import dev.tidings.ingest.accept.AppendResult;
import dev.tidings.ingest.accept.AppendResult.Bottleneck;
import dev.tidings.ingest.accept.LogPlace;
import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.ingest.apns.request.Outcome;
import dev.tidings.ingest.apns.request.RejectionReason;
import dev.tidings.ingest.order.InOrder;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One push request, from its body to its response: a new notification for the log, and the log's
 * result in Apple's words. It takes a place in {@code InFlight} only while its payload is being
 * written to the log: a request without its body, of which a client may send many, takes none.
 */
final class PushExchange implements BodyListener, AppendListener {
  private final PushPipeline pipeline;
  private final NewNotification notification;
  private final @Nullable String sentId;
  private final Exchange exchange;
  private final long startedNanos = System.nanoTime();
  private final AtomicBoolean finished = new AtomicBoolean();

  /**
   * @param sentId the id as the provider wrote it
   */
  PushExchange(
      PushPipeline pipeline,
      NewNotification notification,
      @Nullable String sentId,
      Exchange exchange) {
    this.pipeline = pipeline;
    this.notification = notification;
    this.sentId = sentId;
    this.exchange = exchange;
  }

  @Override
  public void complete(byte[] payload) {
    if (payload.length == 0) {
      reject(RejectionReason.PAYLOAD_EMPTY);
    } else if (!pipeline.payloads().isObject(payload)) {
      reject(RejectionReason.BAD_PAYLOAD);
    } else if (pipeline.payloads().contradicts(payload, notification.pushType())) {
      reject(RejectionReason.INVALID_PUSH_TYPE);
    } else {
      send(payload);
    }
  }

  private void send(byte[] payload) {
    InOrder.Place behind = InOrder.behind(exchange.connection(), notification.token());
    if (behind == null) {
      pipeline.notifications().append(notification, payload, this);
      return;
    }
    // One that came by the other interface is still being looked up: it is not to be overtaken.
    LogPlace place = pipeline.notifications().place();
    if (place == null || !pipeline.bodies().take(payload.length)) {
      if (place != null) {
        place.leave();
      }
      behind.ready(() -> {});
      noRoom();
      return;
    }
    behind.ready(() -> append(place, payload));
  }

  private void append(LogPlace place, byte[] payload) {
    pipeline.bodies().give(payload.length);
    if (finished.get()) {
      // It has waited for too long, and was answered.
      place.leave();
    } else {
      pipeline.notifications().append(place, notification, payload, Map.of(), this);
    }
  }

  @Override
  public void noRoom() {
    overloaded(RejectionReason.TOO_MANY_REQUESTS);
  }

  @Override
  public void tooLarge() {
    reject(RejectionReason.PAYLOAD_TOO_LARGE);
  }

  @Override
  public void aborted() {
    // The connection is closed; there is no response to send.
  }

  @Override
  public void timedOut(boolean bodyMissing) {
    if (bodyMissing) {
      reject(RejectionReason.IDLE_TIMEOUT);
    } else {
      // The append is still running; its place is released when it ends.
      overloaded(RejectionReason.SERVICE_UNAVAILABLE);
    }
  }

  @Override
  public void appended(AppendResult result) {
    switch (result) {
      case AppendResult.Accepted accepted ->
          finish(new Outcome.Accepted(notification.id(), notification.unique()));
      case AppendResult.Overloaded(Bottleneck bottleneck) ->
          overloaded(
              switch (bottleneck) {
                case IN_FLIGHT -> RejectionReason.TOO_MANY_REQUESTS;
                case LOG -> RejectionReason.SERVICE_UNAVAILABLE;
              });
      case AppendResult.Failed failed -> reject(RejectionReason.INTERNAL_SERVER_ERROR);
    }
  }

  private void overloaded(RejectionReason reason) {
    finish(new Outcome.Overloaded(notification.id(), notification.unique(), reason));
  }

  private void reject(RejectionReason reason) {
    finish(new Outcome.Rejected(notification.id(), reason));
  }

  /** Sends the first outcome as the response; later ones are ignored. */
  private void finish(Outcome outcome) {
    if (!finished.compareAndSet(false, true)) {
      return;
    }
    pipeline.meters().count(outcome, System.nanoTime() - startedNanos);
    exchange.respond(PushResponses.of(outcome, sentId));
  }
}
