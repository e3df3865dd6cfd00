package dev.tidings.ingest.server;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The requests under way on one connection. Confined to its event loop. */
final class OpenExchanges {
  // Those the client has to do something about: send the rest, or take the answer.
  private final Timeline arriving = new Timeline();
  // Those that are with the service.
  private final Timeline served = new Timeline();
  private long lastSeenNanos;

  OpenExchanges(long now) {
    this.lastSeenNanos = now;
  }

  void add(OpenExchange exchange, long now) {
    arriving.add(exchange, now);
    lastSeenNanos = now;
  }

  /** All of it has come, and the service has it. */
  void arrived(OpenExchange exchange, long now) {
    served.add(exchange, now);
  }

  /** Takes one out; nothing if it is not among them. */
  void remove(OpenExchange exchange) {
    Timeline.remove(exchange);
  }

  boolean isEmpty() {
    return arriving.first() == null && served.first() == null;
  }

  /** The client is alive. */
  void sign(long now) {
    lastSeenNanos = now;
  }

  /** Whether there has been nothing for so long. */
  boolean isIdle(long now, long timeoutNanos) {
    return isEmpty() && now - lastSeenNanos >= timeoutNanos;
  }

  /**
   * Has those answered that have taken too long. One that was, and whose client does not take the
   * answer, is given up.
   */
  void expire(long now, Limits limits) {
    expire(arriving, now, limits.requestTimeout().toNanos());
    expire(served, now, limits.answerTimeout().toNanos());
  }

  private void expire(Timeline from, long now, long timeoutNanos) {
    for (@Nullable OpenExchange oldest = from.expired(now, timeoutNanos);
        oldest != null;
        oldest = from.expired(now, timeoutNanos)) {
      if (oldest.isAnswered()) {
        oldest.abandon();
      } else {
        arriving.add(oldest, now);
        oldest.expire();
      }
    }
  }

  /** Does something with each that has not come whole. */
  void forEachUnended(Consumer<OpenExchange> action) {
    for (OpenExchange next = arriving.first(); next != null; ) {
      OpenExchange exchange = next;
      next = exchange.later;
      if (!exchange.isEnded() && !exchange.isAnswered()) {
        action.accept(exchange);
      }
    }
  }

  /** The connection is gone. */
  void close() {
    close(arriving);
    close(served);
  }

  private static void close(Timeline all) {
    for (OpenExchange next = all.first(); next != null; next = all.first()) {
      Timeline.remove(next);
      next.closed();
    }
  }
}
