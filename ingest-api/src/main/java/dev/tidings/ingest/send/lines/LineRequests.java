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
import io.netty.util.AsciiString;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Answers requests with many notifications, each in a line of its own. Thread-safe. */
public final class LineRequests {
  private static final AsciiString LINES = AsciiString.cached("application/x-ndjson");

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
    exchange.respond(StreamingResponse.live(LINES, lines));
    return lines;
  }
}
