package dev.tidings.device.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.device.thread.Daemons;
import dev.tidings.device.thread.Timers;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the supplier for tokens, one at a time and each on a virtual thread, so that nobody waits
 * for it who must not. Thread-safe.
 */
public final class Tokens {
  // The length of a password or of Authentication Data has two bytes.
  private static final int MAX_BYTES = 65_535;

  private final TokenSupplier supplier;
  private final String serial;
  private final Duration patience;
  private volatile String latest = "";

  // Guarded by the lock.
  private @Nullable CompletableFuture<String> asked;
  private boolean inSupplier;
  private @Nullable Thread caller;
  private boolean stopped;

  /**
   * @param patience how long a call of the supplier may take
   */
  public Tokens(TokenSupplier supplier, String serial, Duration patience) {
    this.supplier = supplier;
    this.serial = serial;
    this.patience = patience;
  }

  /** Returns the latest token; empty before there was one. */
  public String latest() {
    return latest;
  }

  /** Asks for a token, or waits with others for the one that is being asked for. */
  public synchronized CompletableFuture<String> next() {
    if (stopped) {
      return Timers.failed(new CancellationException("token supplier: stopped"));
    }
    CompletableFuture<String> before = asked;
    if (inSupplier && before != null) {
      return before.isDone()
          ? Timers.failed(new IllegalStateException("token supplier: has not returned yet"))
          : before.thenApply(token -> token);
    }
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread asking = Daemons.named("device " + serial + " token", () -> ask(answer));
    Timers.failAfter(answer, patience)
        .whenComplete((token, failure) -> {
          if (failure instanceof TimeoutException) {
            asking.interrupt();
          }
        });
    asked = answer;
    inSupplier = true;
    caller = asking;
    asking.start();
    return answer.thenApply(token -> token);
  }

  /** The supplier is not asked any more; if it is being asked now, it is interrupted. */
  public synchronized void stop() {
    stopped = true;
    if (inSupplier && caller != null) {
      caller.interrupt();
    }
  }

  private synchronized void checkStopped() {
    if (stopped) {
      throw new CancellationException("token supplier: stopped");
    }
  }

  /** An error is the application's as well: it must not leave those waiting who asked. */
  private void ask(CompletableFuture<String> answer) {
    String token = null;
    Throwable failure = null;
    try {
      checkStopped();
      token = checked(supplier.token());
    } catch (Throwable e) {
      failure = e;
    }
    synchronized (this) {
      inSupplier = false;
      if (token != null && !answer.isDone()) {
        latest = token;
      }
    }
    if (token != null) {
      answer.complete(token);
    } else if (failure != null) {
      answer.completeExceptionally(failure);
    }
  }

  /** The text is the device's secret: no message repeats it. */
  private static String checked(@Nullable String token) {
    if (token == null || token.isEmpty()) {
      throw new IllegalArgumentException("token: none (expected: a JSON Web Token)");
    }
    int bytes = token.getBytes(UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "token: " + bytes + " bytes (expected: <= " + MAX_BYTES + ")");
    }
    return token;
  }
}
