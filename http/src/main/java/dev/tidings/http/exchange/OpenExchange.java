package dev.tidings.http.exchange;

import dev.tidings.http.BodyReader;
import dev.tidings.http.ErrorResponses;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.StreamedReader;
import dev.tidings.http.StreamingResponse;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A request in progress. Thousands of them are in memory at a time, so it is its own link in the
 * lists it is in. Confined to the event loop of its connection, except for {@link #respond}, {@link
 * #consumed} and {@link #goAway}.
 */
public abstract class OpenExchange implements Exchange {
  private static final AtomicReferenceFieldUpdater<OpenExchange, @Nullable Response> RESPONSE =
      AtomicReferenceFieldUpdater.newUpdater(OpenExchange.class, Response.class, "response");

  private final ServerLoop loop;
  private volatile @Nullable Response response;
  private ErrorResponses errors;
  private @Nullable BodyReader reader;
  private @Nullable StreamedBody body;
  private boolean ended;
  private boolean closed;
  private boolean cancelled;
  // Of a streamed request: bytes that came and are kept, and what its reader was told.
  private int unconsumed;
  private boolean handedOn;
  private boolean late;

  /** The one answered before it; for {@link ServerLoop}. */
  @Nullable OpenExchange before;

  // For Timeline.
  @Nullable Timeline timeline;
  @Nullable OpenExchange earlier;
  @Nullable OpenExchange later;
  long sinceNanos;

  public OpenExchange(ServerLoop loop) {
    this.loop = loop;
    this.errors = loop.errors();
  }

  protected abstract ClientSession session();

  /** Writes the response without flushing it; does nothing if the client is gone. */
  protected abstract void write(Response given);

  /** Gives back what it holds, when it is over. */
  protected abstract void release();

  /**
   * Writes a part of the body of a streaming response, without flushing it.
   *
   * @param last whether it ends the body; then it is empty
   */
  protected abstract Future<Void> writePart(ByteBuf part, boolean last);

  /** Ends a response whose body cannot be completed, so that the client notices. */
  protected abstract void abort();

  /** Gives up on a client that does not read its response. */
  protected abstract void abandon();

  /** Lets the client of a streamed request send so many bytes more. */
  protected abstract void flow(int bytes);

  @Override
  public final void goAway() {
    loop.execute(session()::goAway);
  }

  @Override
  public final void consumed(int bytes) {
    loop.execute(() -> consume(bytes));
  }

  private void consume(int bytes) {
    unconsumed -= bytes;
    if (closed) {
      return;
    }
    flow(bytes);
    settle();
  }

  private void settle() {
    StreamedBody streamed = body;
    if (streamed != null) {
      streamed.settle();
    }
  }

  /** Whether its body goes on being read after the response was given. */
  public final boolean isStreamed() {
    return reader instanceof StreamedReader;
  }

  /** Whether more of its body may come: of what came nothing is kept. */
  public final boolean awaitsMore() {
    return isStreamed() && !ended && unconsumed == 0;
  }

  /** Whether the client has to send more of a streamed body, for it waits for no answer. */
  final boolean isWaitedFor() {
    return awaitsMore() && reader instanceof StreamedReader streamed && !streamed.owesAnswer();
  }

  /** Returns how far a streamed body has come. */
  final long progress() {
    return reader instanceof StreamedReader streamed ? streamed.progress() : 0;
  }

  /** Whether its service has to be told that the client sends nothing more of a streamed body. */
  final boolean isLate() {
    StreamedBody streamed = body;
    return isWaitedFor() && !late && (streamed == null || streamed.isIdle());
  }

  @Override
  public final void respond(Response given) {
    if (RESPONSE.compareAndSet(this, null, given)) {
      loop.answered(this);
    } else if (given instanceof StreamingResponse streaming) {
      loop.execute(() -> StreamedBody.cancel(loop, streaming.source()));
    }
  }

  public final boolean isAnswered() {
    return response != null;
  }

  /** Whether all of the request has come. */
  public final boolean hasArrived() {
    return ended;
  }

  /** Whether nothing can be written any more. */
  public final boolean isClosed() {
    return closed;
  }

  /** Writes the response that was given. */
  public final void write() {
    Response given = response;
    if (closed) {
      cancelUnwritten();
    } else if (given != null) {
      write(given);
    }
  }

  /**
   * Begins the body of a streaming response.
   *
   * @param head done when its head was sent
   */
  public final void stream(OpenExchanges open, StreamingResponse response, Future<Void> head) {
    StreamedBody begun = new StreamedBody(loop, this, open, response.source());
    body = begun;
    begun.begin(head);
  }

  /** Whether the body of its response is being written bit by bit. */
  public final boolean isStreaming() {
    return body != null;
  }

  /** Whether its response ends only with the client. */
  public final boolean isEndless() {
    return response instanceof StreamingResponse streaming && streaming.source().isEndless();
  }

  /** Tells a streaming response that the server is about to stop. */
  public final void drain() {
    StreamedBody streamed = body;
    if (streamed != null) {
      streamed.drain();
    }
  }

  /** Tells the source of a streaming response that was not begun, and will not be. */
  final void cancelUnwritten() {
    if (response instanceof StreamingResponse streaming && body == null && !cancelled) {
      cancelled = true;
      StreamedBody.cancel(loop, streaming.source());
    }
  }

  /** Hands the request to its service. */
  public final void start(HttpService service, Request head) {
    errors = errors.at(head.path());
    try {
      reader = service.serve(head, this);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  /**
   * The next part of its body.
   *
   * @param last whether it is handed on with this part
   */
  public final void part(ByteBuf part, boolean last) {
    BodyReader to = reader;
    if (to instanceof StreamedReader) {
      streamedPart(to, part, last);
      return;
    }
    if (to == null || isAnswered()) {
      return;
    }
    try {
      to.part(part, last);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void streamedPart(BodyReader to, ByteBuf part, boolean last) {
    int bytes = part.readableBytes();
    StreamedBody streamed = body;
    unconsumed += bytes;
    if (late || (streamed != null && streamed.isOver())) {
      // Of what comes behind the end of the response nothing is kept.
      consume(bytes);
      return;
    }
    try {
      to.part(part, last);
    } catch (RuntimeException e) {
      failed(e);
    }
    settle();
  }

  /** All of it has come. */
  public final void ended() {
    ended = true;
  }

  /** Tells the service that it has all of it. */
  public final void handOn() {
    BodyReader to = reader;
    if (to == null || (isAnswered() && !isStreamed())) {
      return;
    }
    handedOn = true;
    settle();
    try {
      to.end();
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  /** In which order it is to be handed on: behind those before it that have an equal one. */
  public final @Nullable Object order() {
    BodyReader to = reader;
    return to == null ? null : to.order();
  }

  /** It is over: answered, or nobody is left to be answered. Idempotent. */
  public final void closed() {
    if (closed) {
      return;
    }
    closed = true;
    release();
    StreamedBody streamed = body;
    if (streamed != null) {
      streamed.cancel();
    } else {
      cancelUnwritten();
    }
    BodyReader to = reader;
    boolean told = isStreamed() ? handedOn : isAnswered();
    reader = null;
    if (to == null || told) {
      return;
    }
    try {
      to.aborted();
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  /** Requests that wait for this one need not wait any longer. */
  protected abstract void passed();

  /** It has taken too long. */
  final void expire() {
    BodyReader to = reader;
    late = true;
    try {
      if (to != null) {
        to.timedOut();
      }
    } catch (RuntimeException e) {
      failed(e);
    }
    if (!isAnswered()) {
      respond(errors.failed());
    }
    passed();
  }

  /** Returns the errors of the interface that it is for. */
  public final ErrorResponses errors() {
    return errors;
  }

  private void failed(RuntimeException e) {
    if (isStreamed() && isAnswered()) {
      loop.failures().error("unexpected, its stream or connection is closed", e);
      abort();
      return;
    }
    loop.failures().error("unexpected, answered with 500", e);
    respond(errors.failed());
  }
}
