package dev.tidings.http.exchange;

import org.jspecify.annotations.Nullable;

/**
 * Requests of one connection that may all take the same time, the one that has been longest first:
 * so nothing has to be scheduled for each. Confined to its event loop.
 */
final class Timeline {
  private @Nullable OpenExchange first;
  private @Nullable OpenExchange last;

  /** Puts one at the end, and takes it out of the one it was in. */
  void add(OpenExchange exchange, long now) {
    remove(exchange);
    exchange.timeline = this;
    exchange.sinceNanos = now;
    OpenExchange end = last;
    exchange.earlier = end;
    if (end == null) {
      first = exchange;
    } else {
      end.later = exchange;
    }
    last = exchange;
  }

  /** Takes one out of that which it is in, if any. */
  static void remove(OpenExchange exchange) {
    Timeline in = exchange.timeline;
    if (in != null) {
      in.unlink(exchange);
    }
  }

  private void unlink(OpenExchange exchange) {
    exchange.timeline = null;
    OpenExchange earlier = exchange.earlier;
    OpenExchange later = exchange.later;
    if (earlier == null) {
      first = later;
    } else {
      earlier.later = later;
    }
    if (later == null) {
      last = earlier;
    } else {
      later.earlier = earlier;
    }
    exchange.earlier = null;
    exchange.later = null;
  }

  /** The one that has been longest; null if there is none. */
  @Nullable OpenExchange first() {
    return first;
  }

  /** Takes out the one that has been longest, if it has been for so long. */
  @Nullable OpenExchange expired(long now, long timeoutNanos) {
    OpenExchange oldest = first;
    if (oldest == null || now - oldest.sinceNanos < timeoutNanos) {
      return null;
    }
    unlink(oldest);
    return oldest;
  }
}
