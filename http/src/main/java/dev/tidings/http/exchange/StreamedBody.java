package dev.tidings.http.exchange;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.ResponseSource;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The body of a streaming response on its way to the client. At most {@link #MAX_UNSENT_BYTES} and
 * one part are kept for a client that does not read, and a part at a time while others leave too
 * much unread; it has the time for a request to read some of them. Confined to the event loop,
 * except for {@link #wake}.
 */
final class StreamedBody implements BodyWriter {
  /** The body is not writable while so many bytes have not been sent. */
  static final int MAX_UNSENT_BYTES = 64 * 1024;

  /** Then it is writable again. */
  private static final int FEW_UNSENT_BYTES = 16 * 1024;

  private final ServerLoop loop;
  private final OpenExchange exchange;
  private final OpenExchanges open;
  private final ResponseSource source;
  private final AtomicBoolean woken = new AtomicBoolean();
  private int unsentBytes;
  // Whether the client is waited for, and how far it had come when its time began.
  private boolean clientsTurn;
  private long progress;
  private boolean full;
  private boolean ended;
  private boolean over;

  StreamedBody(ServerLoop loop, OpenExchange exchange, OpenExchanges open, ResponseSource source) {
    this.loop = loop;
    this.exchange = exchange;
    this.open = open;
    this.source = source;
  }

  /** Begins, without flushing. */
  void begin(Future<Void> head) {
    open.sending(exchange, loop.now());
    head.addListener(written -> sent(written, 0));
    produce();
  }

  @Override
  public boolean isWritable() {
    return !full && !ended && !over;
  }

  @Override
  public boolean write(byte[] part) {
    if (part.length > MAX_PART_BYTES) {
      throw new IllegalArgumentException(
          "part: " + part.length + " bytes (expected: at most " + MAX_PART_BYTES + ")");
    }
    if (!isWritable()) {
      throw new IllegalStateException(
          "body: " + unsentBytes + " bytes not sent (expected: isWritable)");
    }
    if (part.length > 0) {
      send(Unpooled.wrappedBuffer(part), part.length, false);
    }
    return isWritable();
  }

  @Override
  public void end() {
    if (!ended && !over) {
      ended = true;
      send(Unpooled.EMPTY_BUFFER, 0, true);
    }
  }

  @Override
  public void end(byte[] last) {
    if (!ended && !over) {
      send(Unpooled.wrappedBuffer(last), last.length, false);
      end();
    }
  }

  private void send(ByteBuf part, int bytes, boolean last) {
    if (unsentBytes == 0) {
      open.sending(exchange, loop.now());
      clientsTurn = false;
    }
    unsentBytes += bytes;
    exchange.session().unsent(bytes);
    full = unsentBytes > 0 && (unsentBytes >= MAX_UNSENT_BYTES || loop.unread().isCrowded());
    exchange.writePart(part, last).addListener(written -> sent(written, bytes));
  }

  private void sent(Future<?> written, int bytes) {
    unsentBytes -= bytes;
    exchange.session().unsent(-bytes);
    if (over || !written.isSuccess()) {
      // The connection or the stream is closed, of which the exchange is told.
      return;
    }
    if (unsentBytes > 0 || ended) {
      open.sending(exchange, loop.now());
    } else {
      settle();
    }
    if (full
        && (unsentBytes == 0 || (unsentBytes <= FEW_UNSENT_BYTES && !loop.unread().isCrowded()))) {
      full = false;
      // Not from here: this is in the midst of a flush.
      wake();
    }
  }

  /**
   * All there is was sent: more may take as long as it likes, unless it is the client that has to
   * send something. Its time begins anew with what that is, and not with each part of it.
   */
  void settle() {
    if (!isIdle()) {
      return;
    }
    if (!exchange.isWaitedFor()) {
      clientsTurn = false;
      open.streaming(exchange, loop.now());
    } else if (!clientsTurn || progress != exchange.progress()) {
      clientsTurn = true;
      progress = exchange.progress();
      open.sending(exchange, loop.now());
    }
  }

  /** Whether all there is was sent, and more may follow. */
  boolean isIdle() {
    return unsentBytes == 0 && !isOver();
  }

  /** Whether nothing will be written any more. */
  boolean isOver() {
    return ended || over;
  }

  @Override
  public void wake() {
    if (!woken.getAndSet(true)) {
      loop.executeLater(this::resume);
    }
  }

  private void resume() {
    woken.set(false);
    if (isWritable()) {
      produce();
      exchange.session().flush();
    }
  }

  private void produce() {
    try {
      source.produce(this);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  /** The server is about to stop. */
  void drain() {
    if (ended || over) {
      return;
    }
    try {
      source.draining(this);
    } catch (RuntimeException e) {
      failed(e);
    }
    exchange.session().flush();
  }

  private void failed(RuntimeException e) {
    loop.failures().error("a streaming response failed, its stream or connection is closed", e);
    cancel();
    exchange.abort();
  }

  /** Nothing can be written any more. */
  void cancel() {
    if (over) {
      return;
    }
    over = true;
    if (!ended) {
      cancel(loop, source);
    }
  }

  /** Tells a source that its body is not wanted. */
  static void cancel(ServerLoop loop, ResponseSource source) {
    try {
      source.cancelled();
    } catch (RuntimeException e) {
      loop.failures().error("a streaming response could not be cancelled", e);
    }
  }
}
