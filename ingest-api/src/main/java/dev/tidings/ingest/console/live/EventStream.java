package dev.tidings.ingest.console.live;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.Problem;
import dev.tidings.http.ResponseSource;
import dev.tidings.http.events.EventOutput;
import dev.tidings.http.events.EventText;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One stream of overviews: a client that reads slowly gets fewer of them, and the newest. Confined
 * to the event loop of its connection.
 */
final class EventStream implements ResponseSource {
  private static final long RETRY_MILLIS = 2_000;

  private final OverviewFeed feed;
  private final Runnable left;
  private final EventOutput out;
  private final Runnable waker;
  private boolean begun;
  private boolean over;
  private long told;

  /**
   * @param left run when it is over
   */
  EventStream(OverviewFeed feed, Runnable left, LongSupplier nanoTime) {
    this.feed = feed;
    this.left = left;
    this.out = new EventOutput(nanoTime);
    this.waker = out::wake;
  }

  @Override
  public void produce(BodyWriter writer) {
    out.attach(writer);
    if (over) {
      return;
    }
    out.flush();
    if (!begun) {
      begun = true;
      out.write(new EventText().retry(RETRY_MILLIS).take());
      feed.add(waker);
    }
    if (!out.isFlushed()) {
      return;
    }
    OverviewFeed.@Nullable Event event = feed.last();
    if (event != null && event.number() != told) {
      told = event.number();
      out.write(new EventText().event("overview", Long.toString(told), event.json()).take());
    } else if (out.isSilent()) {
      out.write(EventText.HEARTBEAT);
    }
  }

  @Override
  public void draining(BodyWriter writer) {
    if (over) {
      return;
    }
    out.attach(writer);
    Problem why = Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, "the service is stopping");
    out.end(new EventText().end(null, why).take());
    release();
  }

  @Override
  public boolean isEndless() {
    return true;
  }

  @Override
  public void cancelled() {
    release();
  }

  private void release() {
    if (!over) {
      over = true;
      out.clear();
      feed.remove(waker);
      left.run();
    }
  }
}
