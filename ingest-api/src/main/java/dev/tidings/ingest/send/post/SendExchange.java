package dev.tidings.ingest.send.post;

import dev.tidings.http.Exchange;
import dev.tidings.http.body.BodyListener;
import dev.tidings.ingest.accept.AppendListener;
import dev.tidings.ingest.accept.AppendResult;
import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.ingest.repeat.Claim;
import dev.tidings.ingest.repeat.Decision;
import dev.tidings.ingest.repeat.InOrder;
import dev.tidings.ingest.send.NotificationReader;
import dev.tidings.ingest.send.Refusal;
import dev.tidings.ingest.send.SendAnswers;
import dev.tidings.ingest.send.SendDesk;
import dev.tidings.ingest.send.SendRequest;
import dev.tidings.ingest.send.SendResult;
import dev.tidings.ingest.send.SendScope;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A request with one notification, from its body to its response. */
final class SendExchange implements BodyListener, AppendListener {
  private final SendDesk desk;
  private final SendScope scope;
  private final Exchange exchange;
  private final InOrder order;
  private final long startedNanos = System.nanoTime();
  private final AtomicBoolean finished = new AtomicBoolean();
  private volatile @Nullable NewNotification notification;
  private volatile Claim claim = Claim.NONE;

  /**
   * Creates an exchange.
   *
   * @param order in which those of a connection are given to the log
   */
  SendExchange(SendDesk desk, SendScope scope, Exchange exchange, InOrder order) {
    this.order = order;
    this.desk = desk;
    this.scope = scope;
    this.exchange = exchange;
  }

  @Override
  public void complete(byte[] body) {
    switch (desk.check(body, 0, body.length, scope, exchange.connection().client())) {
      case Refusal refusal -> refuse(refusal);
      case SendRequest request when request.dryRun() ->
          finish(new SendResult.Checked(request.notification()));
      case SendRequest request -> {
        notification = request.notification();
        // One that is asked for elsewhere is not overtaken by the next one of its connection.
        InOrder.Place place = order.next();
        desk.decide(request, decision -> place.ready(() -> decided(request, decision)));
      }
    }
  }

  private void decided(SendRequest request, Decision decision) {
    NewNotification of = request.notification();
    switch (decision) {
      case Decision.First(Claim its) -> {
        claim = its;
        desk.append(request, this);
      }
      case Decision.Again again -> finish(SendDesk.again(of, again));
      case Decision.Different _ -> finish(SendDesk.different(of));
      case Decision.Crowded _ -> finish(SendDesk.crowded(of));
    }
  }

  @Override
  public void tooLarge() {
    refuse(NotificationReader.tooLarge());
  }

  @Override
  public void noRoom() {
    refuse(HttpResponseStatus.TOO_MANY_REQUESTS, "too many requests are being received");
  }

  @Override
  public void aborted() {
    // The connection is closed; there is no response to send.
  }

  @Override
  public void timedOut(boolean bodyMissing) {
    if (bodyMissing) {
      refuse(HttpResponseStatus.REQUEST_TIMEOUT, "the body did not end");
    } else {
      // The append is still running; its place is released when it ends.
      refuse(HttpResponseStatus.SERVICE_UNAVAILABLE, "it took too long");
    }
  }

  @Override
  public void appended(AppendResult result) {
    NewNotification appended = notification;
    if (result instanceof AppendResult.Accepted(long atMillis)) {
      claim.accepted(atMillis);
    } else {
      claim.release();
    }
    if (appended != null) {
      finish(SendDesk.result(appended, result));
    }
  }

  private void refuse(HttpResponseStatus status, String detail) {
    NewNotification known = notification;
    refuse(Refusal.of(status, detail, known == null ? null : known.id()));
  }

  private void refuse(Refusal refusal) {
    finish(new SendResult.Refused(refusal));
  }

  /** Sends the first result as the response; later ones are ignored. */
  private void finish(SendResult result) {
    if (finished.compareAndSet(false, true)) {
      desk.meters().count(result, System.nanoTime() - startedNanos);
      exchange.respond(SendAnswers.response(result));
    }
  }
}
