package dev.tidings.http.exchange;

import dev.tidings.http.limit.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The requests under way on one connection. Confined to its event loop. */
public final class OpenExchanges {
  // Those the client has to do something about: send the rest, or read the response.
  private final Timeline arriving = new Timeline();
  // Those that are with the service.
  private final Timeline served = new Timeline();
  // Streaming responses of which everything was sent: these may take as long as they like.
  private final Timeline streaming = new Timeline();
  private long lastSeenNanos;

  public OpenExchanges(long now) {
    this.lastSeenNanos = now;
  }

  public void add(OpenExchange exchange, long now) {
    arriving.add(exchange, now);
    lastSeenNanos = now;
  }

  /**
   * All of it has come, and the service has it. One whose response streams already stays where it
   * is: it may take as long as it likes, and is told of a stop.
   */
  public void arrived(OpenExchange exchange, long now) {
    if (!exchange.isStreaming()) {
      served.add(exchange, now);
    }
  }

  /** Something is being sent of a streaming response, which the client has to read in time. */
  public void sending(OpenExchange exchange, long now) {
    arriving.add(exchange, now);
    lastSeenNanos = now;
  }

  /** All was sent that there is of a streaming response; more will follow. */
  public void streaming(OpenExchange exchange, long now) {
    streaming.add(exchange, now);
    lastSeenNanos = now;
  }

  /** Takes one out; nothing if it is not among them. */
  public void remove(OpenExchange exchange) {
    Timeline.remove(exchange);
  }

  public boolean isEmpty() {
    return arriving.first() == null && served.first() == null && streaming.first() == null;
  }

  /** The client is alive. */
  public void touch(long now) {
    lastSeenNanos = now;
  }

  /** Whether there has been nothing for so long. */
  public boolean isIdle(long now, long timeoutNanos) {
    return isEmpty() && now - lastSeenNanos >= timeoutNanos;
  }

  /**
   * Has those answered that have taken too long. One that was, and whose client does not read the
   * response, is given up.
   */
  public void expire(long now, Limits limits) {
    expire(arriving, now, limits.requestTimeout().toNanos());
    expire(served, now, limits.answerTimeout().toNanos());
  }

  private void expire(Timeline from, long now, long timeoutNanos) {
    for (@Nullable OpenExchange oldest = from.expired(now, timeoutNanos);
        oldest != null;
        oldest = from.expired(now, timeoutNanos)) {
      if (oldest.isAnswered() && !oldest.isLate()) {
        oldest.abandon();
      } else {
        arriving.add(oldest, now);
        oldest.expire();
      }
    }
  }

  /** Does something with each that has not come whole. */
  public void forEachUnended(Consumer<OpenExchange> action) {
    for (OpenExchange next = arriving.first(); next != null; ) {
      OpenExchange exchange = next;
      next = exchange.later;
      if (!exchange.hasArrived() && !exchange.isAnswered()) {
        action.accept(exchange);
      }
    }
  }

  /** Tells streaming responses that the server is about to stop. */
  public void drain() {
    drain(arriving);
    drain(streaming);
  }

  private static void drain(Timeline all) {
    List<OpenExchange> some = new ArrayList<>();
    for (OpenExchange next = all.first(); next != null; next = next.later) {
      if (next.isStreaming()) {
        some.add(next);
      }
    }
    // A response may end, and so leave the line, when it is told.
    some.forEach(OpenExchange::drain);
  }

  /** The connection is gone. */
  public void close() {
    close(arriving);
    close(served);
    close(streaming);
  }

  private static void close(Timeline all) {
    for (OpenExchange next = all.first(); next != null; next = all.first()) {
      Timeline.remove(next);
      next.closed();
    }
  }
}
