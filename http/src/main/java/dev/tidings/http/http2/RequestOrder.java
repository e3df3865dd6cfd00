package dev.tidings.http.http2;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Has the requests of one connection that are to be taken in order handed on as they began, though
 * a client may send their bodies otherwise (RFC 9113 leaves it free, and some do when a window is
 * full). Only those whose body has not come are remembered. The usual one, whose body follows its
 * head, costs two assignments: it is in the table only once another has begun before its end.
 * Confined to an event loop.
 */
final class RequestOrder {
  private @Nullable Http2Exchange newest;
  private @Nullable Map<Object, Http2Exchange> last;

  /** One has begun. */
  void add(Http2Exchange exchange) {
    Object key = exchange.order();
    if (key == null) {
      return;
    }
    exchange.key = key;
    Http2Exchange before = newest;
    if (before == null && (last == null || last.isEmpty())) {
      newest = exchange;
      return;
    }
    newest = null;
    Map<Object, Http2Exchange> all = last;
    if (all == null) {
      all = new HashMap<>();
      last = all;
    }
    if (before != null) {
      put(all, before);
    }
    put(all, exchange);
  }

  private static void put(Map<Object, Http2Exchange> all, Http2Exchange exchange) {
    Http2Exchange ahead = all.put(exchange.key, exchange);
    exchange.ahead = ahead;
    if (ahead != null) {
      ahead.behind = exchange;
    }
  }

  /** Whether one waits for another that began before it. */
  static boolean waits(Http2Exchange exchange) {
    return exchange.ahead != null;
  }

  /**
   * Forgets one that nobody has to wait for any more. Idempotent.
   *
   * @return the one that waited for it and for no other; null if there is none
   */
  @Nullable Http2Exchange remove(Http2Exchange exchange) {
    Object key = exchange.key;
    if (key == null) {
      return null;
    }
    exchange.key = null;
    if (newest == exchange) {
      newest = null;
      return null;
    }
    Http2Exchange ahead = exchange.ahead;
    Http2Exchange behind = exchange.behind;
    exchange.ahead = null;
    exchange.behind = null;
    if (behind != null) {
      behind.ahead = ahead;
    }
    if (ahead != null) {
      ahead.behind = behind;
    }
    Map<Object, Http2Exchange> all = last;
    if (behind == null && all != null) {
      if (ahead == null) {
        all.remove(key);
      } else {
        all.put(key, ahead);
      }
    }
    return ahead == null ? behind : null;
  }
}
