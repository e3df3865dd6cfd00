package dev.tidings.ingest.send.lines;

import dev.tidings.auth.provider.ProviderStanding;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.StreamingResponse;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.http.body.SharedMemory;
import dev.tidings.ingest.send.Reading.Checking;
import dev.tidings.ingest.send.SendDesk;
import dev.tidings.ingest.send.SendScope;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Answers requests with many notifications, each in a line of its own. Thread-safe. */
public final class LineRequests {
  private static final AsciiString LINES = AsciiString.cached("application/x-ndjson");

  // An answer that a proxy keeps until there are more is too late for who waits for it.
  private static final AsciiString AS_IT_IS = AsciiString.cached("no-cache, no-transform");
  private static final AsciiString BUFFERING = AsciiString.cached("x-accel-buffering");
  private static final AsciiString NO = AsciiString.cached("no");

  private final LineStream.Means means;

  /**
   * @param memory what all such requests together take
   * @param patience how long a line waits for the log to have room
   */
  public LineRequests(SendDesk desk, BodyMemory memory, Duration patience) {
    this.means =
        new LineStream.Means(
            desk,
            new SharedMemory(memory),
            System::nanoTime,
            patience.toNanos(),
            Later.SOME_THREAD);
  }

  /**
   * Begins to answer one.
   *
   * @param scope what may be sent with its credential, which was accepted just now
   * @param checking reads and checks its lines
   * @param standing null where nobody has to prove who he is
   */
  public BodyReader serve(
      Checking checking, SendScope scope, @Nullable ProviderStanding standing, Exchange exchange) {
    LineCredential credential = new LineCredential(scope, standing, means.nanoTime().getAsLong());
    LineStream lines = new LineStream(means, checking, credential, exchange);
    exchange.respond(
        StreamingResponse.of(
            HttpResponseStatus.OK,
            lines,
            HttpHeaderNames.CONTENT_TYPE,
            LINES,
            HttpHeaderNames.CACHE_CONTROL,
            AS_IT_IS,
            BUFFERING,
            NO));
    return lines;
  }
}
