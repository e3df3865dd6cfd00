package dev.tidings.ingest.server;

import dev.tidings.ingest.http.Answer;
import io.netty.handler.codec.http2.Http2Stream;

/** A request in HTTP/2: its stream. */
final class Http2Exchange extends OpenExchange {
  private final Http2Session session;
  private final Http2Stream stream;
  private final boolean bodiless;

  /**
   * An exchange.
   *
   * @param bodiless whether the answer to such a request has no body whatever it says (HEAD)
   */
  Http2Exchange(ServerLoop loop, Http2Session session, Http2Stream stream, boolean bodiless) {
    super(loop);
    this.session = session;
    this.stream = stream;
    this.bodiless = bodiless;
  }

  @Override
  Session session() {
    return session;
  }

  Http2Stream stream() {
    return stream;
  }

  boolean isBodiless() {
    return bodiless;
  }

  @Override
  void write(Answer given) {
    session.write(this, given);
  }

  @Override
  void abandon() {
    session.abandon(this);
  }
}
