package dev.tidings.ingest.send.post;

import dev.tidings.http.Exchange;
import dev.tidings.http.body.BodyListener;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.ingest.accept.LogPlace;
import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.ingest.order.InOrder;
import dev.tidings.ingest.send.BroadcastRequest;
import dev.tidings.ingest.send.NotificationReader;
import dev.tidings.ingest.send.Reading.Checking;
import dev.tidings.ingest.send.Refusal;
import dev.tidings.ingest.send.SendAnswers;
import dev.tidings.ingest.send.SendDesk;
import dev.tidings.ingest.send.SendRequest;
import dev.tidings.ingest.send.SendResult;
import dev.tidings.ingest.send.SendScope;
import dev.tidings.ingest.send.Sending;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A request with one notification, from its body to its response. What is called by the request is
 * called in its event loop, the rest in any thread.
 */
final class SendExchange implements BodyListener, Sending.Sender {
  private final SendDesk desk;
  private final Checking checking;
  private final SendScope scope;
  private final Exchange exchange;
  private final BodyMemory bodies;
  private final InOrder order;
  private final long startedNanos = System.nanoTime();
  private final AtomicBoolean finished = new AtomicBoolean();
  private volatile @Nullable NewNotification notification;
  private volatile @Nullable NotificationId id;
  private volatile int held;
  private @Nullable Sending sending;

  /**
   * Creates an exchange.
   *
   * @param checking reads and checks it
   * @param bodies what the payload takes while it is found out whether it comes again
   * @param order in which those of a connection are given to the log
   */
  SendExchange(
      SendDesk desk,
      Checking checking,
      SendScope scope,
      Exchange exchange,
      BodyMemory bodies,
      InOrder order) {
    this.desk = desk;
    this.checking = checking;
    this.scope = scope;
    this.exchange = exchange;
    this.bodies = bodies;
    this.order = order;
  }

  @Override
  public void complete(byte[] body) {
    switch (checking.check(body, 0, body.length, scope, exchange.connection().client())) {
      case Refusal refusal -> refuse(refusal);
      case SendRequest request when request.dryRun() ->
          finish(new SendResult.Checked(request.notification()));
      case SendRequest request -> send(request);
      case BroadcastRequest request when request.dryRun() ->
          finish(new SendResult.BroadcastChecked(request.broadcast()));
      case BroadcastRequest request -> {
        id = request.broadcast().id();
        desk.broadcast(request, scope, this::finish);
      }
    }
  }

  private void send(SendRequest request) {
    NewNotification of = request.notification();
    notification = of;
    @Nullable LogPlace place = desk.place();
    if (place == null) {
      finish(SendDesk.crowdedOut(of));
      return;
    }
    int bytes = of.fingerprint() == null ? 0 : request.bytes();
    if (bytes > 0 && !bodies.take(bytes)) {
      place.leave();
      noRoom();
      return;
    }
    held = bytes;
    sending = desk.send(request, place, order, this);
  }

  @Override
  public void tooLarge() {
    refuse(NotificationReader.tooLarge());
  }

  @Override
  public void noRoom() {
    refuse(Refusal.noMemory(knownId()));
  }

  @Override
  public void aborted() {
    // The connection is closed; there is no response to send.
  }

  @Override
  public void timedOut(boolean bodyMissing) {
    Sending under = sending;
    if (bodyMissing) {
      refuse(HttpResponseStatus.REQUEST_TIMEOUT, "the body did not end");
    } else if (under != null && under.drop()) {
      refuse(HttpResponseStatus.SERVICE_UNAVAILABLE, "it took too long, and was not sent");
    } else {
      // The append is still running; its place is released when it ends.
      refuse(HttpResponseStatus.SERVICE_UNAVAILABLE, "it took too long");
    }
  }

  @Override
  public void freed() {
    bodies.give(held);
  }

  @Override
  public void ended(SendResult result) {
    finish(result);
  }

  private void refuse(HttpResponseStatus status, String detail) {
    refuse(Refusal.of(status, detail, knownId()));
  }

  private @Nullable NotificationId knownId() {
    NewNotification known = notification;
    return known == null ? id : known.id();
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
