package dev.tidings.ingest.send.lines;

import dev.tidings.ingest.accept.LogPlace;
import dev.tidings.ingest.order.InOrder;
import dev.tidings.ingest.send.SendAnswers;
import dev.tidings.ingest.send.SendDesk;
import dev.tidings.ingest.send.SendMeters;
import dev.tidings.ingest.send.SendRequest;
import dev.tidings.ingest.send.SendResult;
import dev.tidings.ingest.send.Sending;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one line, of which those before it may not be known yet. It keeps what it needs for
 * that and no more: of a line that is refused the text of its answer, of one that the log has been
 * given no payload. Confined to one event loop, except for what {@link Sending} calls.
 */
final class LineAnswer implements Sending.Sender {
  /** The most that one weighs. */
  static final int MAX_BYTES = 24 * 1024;

  /** What its own objects take, and those of a notification that is with the log. */
  private static final int OWN_BYTES = 128;

  private static final int NOTIFICATION_BYTES = 768;

  private final long number;
  private final byte @Nullable [] known;
  private final Consumer<LineAnswer> wake;
  private final long startedNanos = System.nanoTime();
  private @Nullable SendRequest request;
  private @Nullable Sending sending;
  private int held;
  private int taken;
  private volatile @Nullable SendResult result;
  private volatile boolean freed;
  private volatile boolean starting;
  private volatile long endedNanos = startedNanos;

  private LineAnswer(
      long number,
      byte @Nullable [] known,
      @Nullable SendRequest request,
      Consumer<LineAnswer> wake) {
    this.number = number;
    this.known = known;
    this.request = request;
    this.wake = wake;
  }

  /** One that is known already; counts it. */
  static LineAnswer of(long number, SendResult result, SendMeters meters) {
    meters.count(result, 0);
    return new LineAnswer(number, SendAnswers.line(number, result), null, answer -> {});
  }

  /**
   * One that the log will give.
   *
   * @param wake given it when it is known, in any thread, unless {@link #send} has not returned:
   *     its caller looks
   */
  static LineAnswer awaited(long number, SendRequest request, Consumer<LineAnswer> wake) {
    return new LineAnswer(number, null, request, wake);
  }

  /**
   * One of a broadcast, which {@link #given} makes known.
   *
   * @param wake given it when it is known, in any thread
   */
  static LineAnswer awaited(long number, Consumer<LineAnswer> wake) {
    return new LineAnswer(number, null, null, wake);
  }

  /** It is known now; in any thread. */
  void given(SendResult known) {
    endedNanos = System.nanoTime();
    result = known;
    wake.accept(this);
  }

  @Override
  public void freed() {
    freed = true;
  }

  @Override
  public void ended(SendResult given) {
    endedNanos = System.nanoTime();
    result = given;
    if (!starting) {
      wake.accept(this);
    }
  }

  /**
   * Sends it on its way to the log.
   *
   * @return false if there was no place for it, so that it may be tried again
   */
  boolean send(SendDesk desk, InOrder order) {
    SendRequest unsent = request;
    if (unsent == null) {
      return true;
    }
    @Nullable LogPlace place = desk.linePlace(unsent.bytes());
    if (place == null) {
      // The last word, if it is not tried again.
      endedNanos = System.nanoTime();
      result = SendDesk.crowdedOut(unsent.notification());
      return false;
    }
    result = null;
    request = null;
    held = unsent.bytes();
    starting = true;
    sending = desk.send(unsent, place, order, this);
    starting = false;
    return true;
  }

  /** Nobody is left to be told: the log is not given it any more. */
  void drop() {
    if (sending != null) {
      sending.drop();
    }
  }

  /** Returns whether its payload is held: it waits for a place, or for what is found out of it. */
  boolean isHeld() {
    return request != null || (held > 0 && !freed);
  }

  /** Returns about how many bytes it takes; fewer once its payload is not held any more. */
  private int weight() {
    SendRequest unsent = request;
    byte[] text = known;
    if (text != null) {
      return OWN_BYTES + text.length;
    }
    int payload = unsent != null ? unsent.bytes() : freed ? 0 : held;
    return OWN_BYTES + NOTIFICATION_BYTES + payload;
  }

  /** Returns how many bytes of those that were taken for it it does not need any more. */
  int settle(int before) {
    taken = weight();
    return before - taken;
  }

  /** Returns how many bytes are taken for it. */
  int taken() {
    return taken;
  }

  boolean isKnown() {
    return known != null || result != null;
  }

  /** Returns its line, and counts it unless it was. */
  byte[] line(SendMeters meters) {
    byte[] text = known;
    if (text != null) {
      return text;
    }
    SendResult given = result;
    if (given == null) {
      throw new IllegalStateException("line: " + number + " (expected: one that is answered)");
    }
    meters.count(given, endedNanos - startedNanos);
    return SendAnswers.line(number, given);
  }
}
