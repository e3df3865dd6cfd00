package dev.tidings.ingest.server;

import org.jspecify.annotations.Nullable;

/**
 * The requests under way on one connection, the one that has been longest first: all may take the
 * same time, so nothing has to be scheduled for each. Confined to its event loop.
 */
final class OpenExchanges {
  private @Nullable OpenExchange first;
  private @Nullable OpenExchange last;
  private long lastSignNanos;

  OpenExchanges(long now) {
    this.lastSignNanos = now;
  }

  void add(OpenExchange exchange, long now) {
    exchange.listed = true;
    exchange.sinceNanos = now;
    OpenExchange end = last;
    exchange.earlier = end;
    if (end == null) {
      first = exchange;
    } else {
      end.later = exchange;
    }
    last = exchange;
    lastSignNanos = now;
  }

  /** Takes one out; nothing if it is not among them. */
  void remove(OpenExchange exchange) {
    if (!exchange.listed) {
      return;
    }
    exchange.listed = false;
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

  boolean isEmpty() {
    return first == null;
  }

  /** The client is alive. */
  void sign(long now) {
    lastSignNanos = now;
  }

  /** Whether there has been nothing for so long. */
  boolean isIdle(long now, long timeoutNanos) {
    return first == null && now - lastSignNanos >= timeoutNanos;
  }

  /**
   * Has those answered that have taken too long. One that was, and whose client does not take the
   * answer, is given up after the same time.
   */
  void expire(long now, long timeoutNanos) {
    for (OpenExchange oldest = first;
        oldest != null && now - oldest.sinceNanos >= timeoutNanos;
        oldest = first) {
      remove(oldest);
      if (oldest.isAnswered()) {
        oldest.abandon();
      } else {
        add(oldest, now);
        oldest.expire();
      }
    }
  }

  /** The connection is gone. */
  void close() {
    for (OpenExchange next = first; next != null; next = first) {
      remove(next);
      next.closed();
    }
  }
}
