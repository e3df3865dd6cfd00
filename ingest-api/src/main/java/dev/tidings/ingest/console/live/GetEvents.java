package dev.tidings.ingest.console.live;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.StreamingResponse;
import dev.tidings.http.events.EventText;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * {@code GET /v1/admin/events}: an overview a second, as an event stream. So many streams there may
 * be, and of one address. Thread-safe; never blocks.
 */
public final class GetEvents implements Operation {
  static final int STREAMS = 50;
  static final int PER_ADDRESS = 10;

  private static final PathTemplate PATH = PathTemplate.of("/v1/admin/events");
  private static final AsciiString SOON = AsciiString.cached("5");

  private final OverviewFeed feed;
  private final LongSupplier nanoTime;

  /** How many are open of an address; guarded by itself. */
  private final Map<Long, Integer> open = new HashMap<>();

  private int all;

  public GetEvents(OverviewFeed feed, LongSupplier nanoTime) {
    this.feed = feed;
    this.nanoTime = nanoTime;
  }

  @Override
  public String method() {
    return "GET";
  }

  @Override
  public PathTemplate path() {
    return PATH;
  }

  @Override
  public BodyReader serve(Request request, Exchange exchange) {
    exchange.respond(response(exchange.connection().client()));
    return BodyReader.DROPPED;
  }

  private Response response(long address) {
    synchronized (open) {
      int own = open.getOrDefault(address, 0);
      if (all >= STREAMS || own >= PER_ADDRESS) {
        return Problem.of(
                HttpResponseStatus.TOO_MANY_REQUESTS,
                "streams: %d of this address, %d in all (expected: below %d and %d)"
                    .formatted(own, all, PER_ADDRESS, STREAMS))
            .response(HttpHeaderNames.RETRY_AFTER, SOON);
      }
      open.put(address, own + 1);
      all++;
    }
    return StreamingResponse.live(
        EventText.MEDIA_TYPE, new EventStream(feed, () -> left(address), nanoTime));
  }

  private void left(long address) {
    synchronized (open) {
      all--;
      open.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
    }
  }
}
