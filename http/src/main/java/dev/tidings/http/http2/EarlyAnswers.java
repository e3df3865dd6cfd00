package dev.tidings.http.http2;

import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The streams of one connection that were answered before their request had come whole. RFC 9113,
 * section 8.1, lets a server reset them with NO_ERROR, but a client that is about to send a body
 * may then throw the response away (curl 7.88 does). So a short rest of the request is heard out,
 * and dropped; what takes longer or is more is reset. Confined to the connection's event loop.
 */
final class EarlyAnswers {
  /** The time for the rest of a request. */
  private static final long LONGEST_NANOS = Duration.ofSeconds(1).toNanos();

  /** The size of the rest of a request: what a client may send before any window was opened. */
  private static final int MAX_BYTES = 64 * 1024;

  /** The number of streams of a connection; with more, the oldest is reset. */
  private static final int MAX_STREAMS = 64;

  private final Http2Responses responses;
  private final Queue<Http2Exchange> answered = new ArrayDeque<>();

  EarlyAnswers(Http2Responses responses) {
    this.responses = responses;
  }

  /** Its response has been sent. */
  void add(Http2Exchange exchange, long now) {
    if (isOver(exchange)) {
      return;
    }
    exchange.answeredNanos = now;
    answered.add(exchange);
    if (answered.size() > MAX_STREAMS) {
      answered.removeIf(EarlyAnswers::isOver);
    }
    if (answered.size() > MAX_STREAMS) {
      reset(answered.remove());
    }
  }

  /** So many bytes of its body have come after its response. */
  void dropped(Http2Exchange exchange, int bytes) {
    exchange.droppedBytes += bytes;
    if (exchange.droppedBytes > MAX_BYTES && answered.remove(exchange)) {
      reset(exchange);
    }
  }

  /** Resets those that have taken too long. */
  void sweep(long now) {
    Http2Exchange first = answered.peek();
    while (first != null && (isOver(first) || now - first.answeredNanos >= LONGEST_NANOS)) {
      answered.remove();
      reset(first);
      first = answered.peek();
    }
  }

  private static boolean isOver(Http2Exchange exchange) {
    return exchange.hasArrived() || exchange.isClosed();
  }

  private void reset(Http2Exchange exchange) {
    responses.reset(exchange, Http2Error.NO_ERROR);
  }
}
