package dev.tidings.ingest.server;

import dev.tidings.ingest.http.Answer;
import dev.tidings.ingest.http.BodyReader;
import dev.tidings.ingest.http.Exchange;
import dev.tidings.ingest.http.HttpService;
import dev.tidings.ingest.http.RequestHead;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A request in progress. Thousands of them are in memory at a time, so it is its own link in the
 * lists it is in. Confined to the event loop of its connection, except for {@link #answer} and
 * {@link #goodbye}.
 */
abstract class OpenExchange implements Exchange {
  private static final AtomicReferenceFieldUpdater<OpenExchange, @Nullable Answer> ANSWER =
      AtomicReferenceFieldUpdater.newUpdater(OpenExchange.class, Answer.class, "answer");

  private final ServerLoop loop;
  private volatile @Nullable Answer answer;
  private @Nullable BodyReader reader;
  private boolean ended;
  private boolean closed;

  /** The one answered before it; for {@link ServerLoop}. */
  @Nullable OpenExchange before;

  // For Timeline.
  @Nullable Timeline timeline;
  @Nullable OpenExchange earlier;
  @Nullable OpenExchange later;
  long sinceNanos;

  OpenExchange(ServerLoop loop) {
    this.loop = loop;
  }

  protected abstract Session session();

  /** Writes the response without flushing it; does nothing if the client is gone. */
  protected abstract void write(Answer given);

  /** Gives back what it holds, when it is over. */
  protected abstract void release();

  /** Gives up on a client that does not read its response. */
  protected abstract void abandon();

  @Override
  public final void goodbye() {
    loop.execute(session()::goodbye);
  }

  @Override
  public final void answer(Answer given) {
    if (ANSWER.compareAndSet(this, null, given)) {
      loop.answered(this);
    }
  }

  final boolean isAnswered() {
    return answer != null;
  }

  /** Whether all of the request has come. */
  final boolean isEnded() {
    return ended;
  }

  /** Whether nothing can be written any more. */
  final boolean isClosed() {
    return closed;
  }

  /** Writes the answer that was given. */
  final void write() {
    Answer given = answer;
    if (given != null && !closed) {
      write(given);
    }
  }

  /** Hands the request to its service. */
  final void start(HttpService service, RequestHead head) {
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
  final void part(ByteBuf part, boolean last) {
    BodyReader to = reader;
    if (to == null || isAnswered()) {
      return;
    }
    try {
      to.part(part, last);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  /** All of it has come. */
  final void ended() {
    ended = true;
  }

  /** Tells the service that it has all of it. */
  final void handOn() {
    BodyReader to = reader;
    if (to == null || isAnswered()) {
      return;
    }
    try {
      to.end();
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  /** In which order it is to be handed on: behind those before it that have an equal one. */
  final @Nullable Object order() {
    BodyReader to = reader;
    return to == null ? null : to.order();
  }

  /** It is over: answered, or nobody is left to be answered. Idempotent. */
  final void closed() {
    if (closed) {
      return;
    }
    closed = true;
    release();
    BodyReader to = reader;
    reader = null;
    if (to == null || isAnswered()) {
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
    try {
      if (to != null) {
        to.timedOut();
      }
    } catch (RuntimeException e) {
      failed(e);
    }
    if (!isAnswered()) {
      answer(loop.errors().failed());
    }
    passed();
  }

  private void failed(RuntimeException e) {
    loop.failures().error("unexpected, answered with 500", e);
    answer(loop.errors().failed());
  }
}
