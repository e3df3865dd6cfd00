package dev.tidings.ingest.send;

import dev.tidings.ingest.accept.AppendListener;
import dev.tidings.ingest.accept.AppendResult;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one line, of which those before it may not be known yet. Confined to one event
 * loop, except for {@link #appended}.
 */
final class LineAnswer implements AppendListener {
  private final long number;
  private final @Nullable SendRequest request;
  private final Runnable wake;
  private final long startedNanos = System.nanoTime();
  private volatile @Nullable SendResult result;
  private volatile boolean overloaded;
  private volatile boolean appending;
  private long endedNanos = startedNanos;

  /** One that is known already. */
  LineAnswer(long number, SendResult result) {
    this.number = number;
    this.request = null;
    this.wake = () -> {};
    this.result = result;
  }

  /**
   * One that the log will give.
   *
   * @param wake run when it is known, unless {@link #append} has not returned: its caller looks
   */
  LineAnswer(long number, SendRequest request, Runnable wake) {
    this.number = number;
    this.request = request;
    this.wake = wake;
  }

  @Override
  public void appended(AppendResult given) {
    if (request != null) {
      endedNanos = System.nanoTime();
      overloaded = given instanceof AppendResult.Overloaded;
      result = SendDesk.result(request.notification(), given);
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
    if (request == null) {
      return true;
    }
    overloaded = false;
    result = null;
    appending = true;
    desk.append(request, this);
    appending = false;
    // Known before append returns only where nothing was tried.
    return !overloaded;
  }

  boolean isKnown() {
    return result != null;
  }

  /** Returns its line, and counts it. */
  byte[] line(SendMeters meters) {
    SendResult known = result;
    if (known == null) {
      throw new IllegalStateException("line: " + number + " (expected: one that is answered)");
    }
    meters.count(known, endedNanos - startedNanos);
    return SendAnswers.line(number, known);
  }
}
