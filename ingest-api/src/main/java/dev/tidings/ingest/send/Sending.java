package dev.tidings.ingest.send;

import dev.tidings.ingest.accept.AppendListener;
import dev.tidings.ingest.accept.AppendResult;
import dev.tidings.ingest.accept.LogPlace;
import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.ingest.order.InOrder;
import dev.tidings.ingest.repeat.Claim;
import dev.tidings.ingest.repeat.RepeatDecision;
import dev.tidings.ingest.repeat.Repetitions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One notification that was checked, on its way to the log: whether it comes again is found out
 * first, and only then, if nobody has dropped it, the log is given it, behind those to the same
 * token that came before it. Its place is given back in every case. Thread-safe; never blocks.
 */
public final class Sending implements AppendListener {
  /** Told how it goes on, at once or later, from any thread; must not block. */
  public interface Sender {
    /** Called once: its payload is not held any more. */
    void freed();

    /** Called once, unless it was dropped. */
    void ended(SendResult result);
  }

  private final NewNotification notification;
  private final LogPlace place;
  private final Sender sender;
  // By whoever gives it to the log, or decides that it is not.
  private final AtomicBoolean settled = new AtomicBoolean();
  private volatile byte @Nullable [] payload;
  private volatile Map<String, byte[]> localized;
  private volatile Claim claim = Claim.NONE;

  Sending(SendRequest request, LogPlace place, Sender sender) {
    this.notification = request.notification();
    this.payload = request.payload();
    this.localized = request.localized();
    this.place = place;
    this.sender = sender;
  }

  /** Sends it on its way; called once. */
  void start(Repetitions repetitions, InOrder order) {
    NewNotification of = notification;
    @Nullable String fingerprint = of.fingerprint();
    if (fingerprint != null) {
      @Nullable Claim first = null;
      try {
        first = repetitions.enter(of.id(), of.token(), fingerprint, this::told);
      } finally {
        if (first == null) {
          // It is not given to the log, whatever it is told, and whether or not that works.
          settled.set(true);
          free();
        }
      }
      if (first == null) {
        return;
      }
      claim = first;
    }
    InOrder.Place behind = order.next(of.token());
    claim.find(found -> behind.ready(() -> decided(found)));
  }

  private void told(RepeatDecision decision) {
    sender.ended(SendDesk.result(notification, decision));
  }

  private void decided(Optional<RepeatDecision> found) {
    byte[] bytes = payload;
    Map<String, byte[]> others = localized;
    if (!settled.compareAndSet(false, true) || bytes == null) {
      return;
    }
    if (found.isPresent()) {
      free();
      told(found.get());
      return;
    }
    try {
      place.append(notification, bytes, others, this);
    } catch (RuntimeException e) {
      place.leave();
      appended(new AppendResult.Failed());
      throw e;
    } finally {
      freed();
    }
  }

  /**
   * Nobody waits for it any more.
   *
   * @return whether the log was not given it, and will not be; nobody is told of its end then
   */
  public boolean drop() {
    if (!settled.compareAndSet(false, true)) {
      return false;
    }
    free();
    claim.dropped();
    return true;
  }

  private void free() {
    place.leave();
    freed();
  }

  private void freed() {
    payload = null;
    localized = Map.of();
    sender.freed();
  }

  @Override
  public void appended(AppendResult result) {
    try {
      sender.ended(SendDesk.result(notification, result));
    } finally {
      claim.ended(result);
    }
  }
}
