package dev.tidings.ingest.server;

import dev.tidings.ingest.http.Answer;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/** A request in HTTP/1.1. */
final class Http1Exchange extends OpenExchange {
  private static final long HEARD_OUT_BYTES = 64 * 1024;

  private final Http1Session session;
  private final boolean keepAlive;
  private final boolean http10;
  private final boolean bodiless;
  private final boolean heardOut;

  /** Whether its answer is on its way. */
  boolean written;

  Http1Exchange(ServerLoop loop, Http1Session session, HttpRequest request) {
    super(loop);
    this.session = session;
    this.keepAlive = HttpUtil.isKeepAlive(request);
    this.http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    this.bodiless = request.method().equals(HttpMethod.HEAD);
    this.heardOut =
        HttpUtil.getContentLength(request, Long.MAX_VALUE) <= HEARD_OUT_BYTES
            && !HttpUtil.is100ContinueExpected(request);
  }

  @Override
  public long client() {
    return session.client();
  }

  @Override
  Session session() {
    return session;
  }

  /** Whether the answer has no body whatever it says (HEAD). */
  boolean isBodiless() {
    return bodiless;
  }

  /**
   * Whether what is still to come of an answered request is waited for, so that the connection may
   * be kept: if it is little, and is coming.
   */
  boolean isHeardOut() {
    return heardOut;
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
  void write(Answer given) {
    session.write(this, given);
  }

  @Override
  void passed() {
    // The next one is not read before this one is over.
  }

  @Override
  void gone() {
    // It has nothing but its connection.
  }

  @Override
  void abandon() {
    session.close();
  }
}
