package dev.tidings.ingest.send.post;

import dev.tidings.http.Exchange;
import dev.tidings.http.body.BodyListener;
import dev.tidings.ingest.accept.AppendListener;
import dev.tidings.ingest.accept.AppendResult;
import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.ingest.send.BroadcastRequest;
import dev.tidings.ingest.send.NotificationReader;
import dev.tidings.ingest.send.Refusal;
import dev.tidings.ingest.send.SendAnswers;
import dev.tidings.ingest.send.SendDesk;
import dev.tidings.ingest.send.SendRequest;
import dev.tidings.ingest.send.SendResult;
import dev.tidings.ingest.send.SendScope;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A request with one notification, from its body to its response. */
final class SendExchange implements BodyListener, AppendListener {
  private final SendDesk desk;
  private final SendScope scope;
  private final Exchange exchange;
  private final long startedNanos = System.nanoTime();
  private final AtomicBoolean finished = new AtomicBoolean();
  private volatile @Nullable NewNotification notification;
  private volatile @Nullable NotificationId id;

  SendExchange(SendDesk desk, SendScope scope, Exchange exchange) {
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
        desk.append(request, this);
      }
      case BroadcastRequest request when request.dryRun() ->
          finish(new SendResult.BroadcastChecked(request.broadcast()));
      case BroadcastRequest request -> {
        id = request.broadcast().id();
        desk.broadcast(request, scope, this::finish);
      }
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
    if (appended != null) {
      finish(SendDesk.result(appended, result));
    }
  }

  private void refuse(HttpResponseStatus status, String detail) {
    NewNotification known = notification;
    refuse(Refusal.of(status, detail, known == null ? id : known.id()));
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
