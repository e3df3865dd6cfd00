package dev.tidings.ingest.send.lines;

import dev.tidings.ingest.accept.AppendListener;
import dev.tidings.ingest.accept.AppendResult;
import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.ingest.send.SendAnswers;
import dev.tidings.ingest.send.SendDesk;
import dev.tidings.ingest.send.SendMeters;
import dev.tidings.ingest.send.SendRequest;
import dev.tidings.ingest.send.SendResult;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one line, of which those before it may not be known yet. It keeps what it needs for
 * that and no more: of a line that is refused the text of its answer, of one that the log has been
 * given no payload. Confined to one event loop, except for {@link #appended}.
 */
final class LineAnswer implements AppendListener {
  /** The most that one weighs. */
  static final int MAX_BYTES = 24 * 1024;

  /** What its own objects take, and those of a notification that is with the log. */
  private static final int OWN_BYTES = 128;

  private static final int NOTIFICATION_BYTES = 768;

  private final long number;
  private final @Nullable NewNotification notification;
  private final byte @Nullable [] known;
  private final Runnable wake;
  private final long startedNanos = System.nanoTime();
  private @Nullable SendRequest request;
  private volatile @Nullable SendResult result;
  private volatile boolean overloaded;
  private volatile boolean appending;
  private volatile long endedNanos = startedNanos;

  private LineAnswer(
      long number, byte @Nullable [] known, @Nullable SendRequest request, Runnable wake) {
    this.number = number;
    this.known = known;
    this.request = request;
    this.notification = request == null ? null : request.notification();
    this.wake = wake;
  }

  /** One that is known already; counts it. */
  static LineAnswer of(long number, SendResult result, SendMeters meters) {
    meters.count(result, 0);
    return new LineAnswer(number, SendAnswers.line(number, result), null, () -> {});
  }

  /**
   * One that the log will give.
   *
   * @param wake run when it is known, unless {@link #append} has not returned: its caller looks
   */
  static LineAnswer awaited(long number, SendRequest request, Runnable wake) {
    return new LineAnswer(number, null, request, wake);
  }

  /**
   * One of a broadcast, which {@link #given} makes known.
   *
   * @param wake run when it is known
   */
  static LineAnswer awaited(long number, Runnable wake) {
    return new LineAnswer(number, null, null, wake);
  }

  /** It is known now; in any thread. */
  void given(SendResult known) {
    endedNanos = System.nanoTime();
    result = known;
    wake.run();
  }

  @Override
  public void appended(AppendResult given) {
    NewNotification of = notification;
    if (of != null) {
      endedNanos = System.nanoTime();
      overloaded = given instanceof AppendResult.Overloaded;
      result = SendDesk.result(of, given);
      if (!appending) {
        wake.run();
      }
    }
  }

  /**
   * Gives it to the log.
   *
   * @return false if there was no place for it, so that it may be given to the log again
   */
  boolean append(SendDesk desk) {
    SendRequest unsent = request;
    if (unsent == null) {
      return true;
    }
    overloaded = false;
    result = null;
    appending = true;
    desk.appendLine(unsent, this);
    appending = false;
    // Known before append returns only where nothing was tried.
    if (overloaded) {
      return false;
    }
    request = null;
    return true;
  }

  /** Returns about how many bytes it takes; fewer once the log has it. */
  int weight() {
    SendRequest unsent = request;
    byte[] text = known;
    if (text != null) {
      return OWN_BYTES + text.length;
    }
    return OWN_BYTES + NOTIFICATION_BYTES + (unsent == null ? 0 : unsent.payload().length);
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
