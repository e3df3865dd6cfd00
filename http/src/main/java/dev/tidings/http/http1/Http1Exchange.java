package dev.tidings.http.http1;

import dev.tidings.http.Connection;
import dev.tidings.http.Response;
import dev.tidings.http.exchange.ClientSession;
import dev.tidings.http.exchange.OpenExchange;
import dev.tidings.http.exchange.ServerLoop;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;

/** A request in HTTP/1.1. */
final class Http1Exchange extends OpenExchange {
  private static final long DRAINED_BYTES = 64 * 1024;

  private final Http1Session session;
  private final boolean keepAlive;
  private final boolean http10;
  private final boolean bodiless;
  private final boolean drained;

  /** Whether its response is on its way. */
  boolean written;

  /** Whether the head of a streaming response is on its way. */
  boolean begun;

  Http1Exchange(ServerLoop loop, Http1Session session, HttpRequest request) {
    super(loop);
    this.session = session;
    this.keepAlive = HttpUtil.isKeepAlive(request);
    this.http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    this.bodiless = request.method().equals(HttpMethod.HEAD);
    this.drained =
        HttpUtil.getContentLength(request, Long.MAX_VALUE) <= DRAINED_BYTES
            && !HttpUtil.is100ContinueExpected(request);
  }

  @Override
  public Connection connection() {
    return session.connection();
  }

  @Override
  protected ClientSession session() {
    return session;
  }

  /** Whether the response has no body whatever it says (HEAD). */
  boolean isBodiless() {
    return bodiless;
  }

  /**
   * Whether what is still to come of an answered request is waited for, so that the connection may
   * be kept: if it is little, and is coming.
   */
  boolean isDrained() {
    return drained;
  }

  /** Whether the client wants the connection kept. */
  boolean keepsAlive() {
    return keepAlive;
  }

  /** Whether it has to be told that the connection is kept. */
  boolean isHttp10() {
    return http10;
  }

  @Override
  protected void write(Response given) {
    session.write(this, given);
  }

  @Override
  protected Future<Void> writePart(ByteBuf part, boolean last) {
    return session.responses().writePart(this, part, last);
  }

  @Override
  protected void abort() {
    session.close();
  }

  @Override
  protected void passed() {
    // The next one is not read before this one is over.
  }

  @Override
  protected void release() {
    // It holds nothing but its connection.
  }

  @Override
  protected void flow(int bytes) {
    session.readOn(this);
  }

  @Override
  protected void abandon() {
    session.close();
  }
}
