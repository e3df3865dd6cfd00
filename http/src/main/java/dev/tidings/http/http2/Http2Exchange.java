package dev.tidings.http.http2;

import dev.tidings.http.Connection;
import dev.tidings.http.Response;
import dev.tidings.http.exchange.ClientSession;
import dev.tidings.http.exchange.OpenExchange;
import dev.tidings.http.exchange.ServerLoop;
import dev.tidings.http.limit.Peers;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A request in HTTP/2: its stream. */
final class Http2Exchange extends OpenExchange {
  private final Http2Session session;
  private final Http2Stream stream;
  private final boolean bodiless;
  private final Peers.@Nullable Peer peer;

  /** The next of the list of those answered while the connection is read; for Http2Session. */
  @Nullable Http2Exchange nextEarly;

  // For EarlyAnswers: when its response was sent, and how much of its body has come since.
  long answeredNanos;
  int droppedBytes;

  // For RequestOrder.
  @Nullable Object key;
  @Nullable Http2Exchange ahead;
  @Nullable Http2Exchange behind;

  /**
   * An exchange.
   *
   * @param bodiless whether the response to such a request has no body whatever it says (HEAD)
   * @param peer where it has a place, to be given back
   */
  Http2Exchange(
      ServerLoop loop,
      Http2Session session,
      Http2Stream stream,
      boolean bodiless,
      Peers.@Nullable Peer peer) {
    super(loop);
    this.session = session;
    this.stream = stream;
    this.bodiless = bodiless;
    this.peer = peer;
  }

  @Override
  public Connection connection() {
    return session.clientConnection();
  }

  @Override
  public void admit() {
    session.frames().admit();
  }

  @Override
  protected ClientSession session() {
    return session;
  }

  Http2Stream stream() {
    return stream;
  }

  boolean isBodiless() {
    return bodiless;
  }

  @Override
  protected void write(Response given) {
    session.responses().write(this, given);
  }

  @Override
  protected Future<Void> writePart(ByteBuf part, boolean last) {
    return session.responses().writePart(this, part, last);
  }

  @Override
  protected void abort() {
    session.responses().abort(this);
  }

  @Override
  protected void passed() {
    session.responses().passed(this);
  }

  @Override
  protected void release() {
    if (peer != null) {
      peer.leave();
    }
  }

  @Override
  protected void flow(int bytes) {
    session.responses().returnWindow(stream, bytes);
  }

  @Override
  protected void abandon() {
    session.responses().abandon(this);
  }
}
