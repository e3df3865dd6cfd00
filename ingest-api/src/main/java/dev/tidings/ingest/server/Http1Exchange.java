package dev.tidings.ingest.server;

import dev.tidings.ingest.http.Answer;

/** A request in HTTP/1.1. */
final class Http1Exchange extends OpenExchange {
  private final Http1Session session;
  private final boolean keepAlive;
  private final boolean http10;

  Http1Exchange(ServerLoop loop, Http1Session session, boolean keepAlive, boolean http10) {
    super(loop);
    this.session = session;
    this.keepAlive = keepAlive;
    this.http10 = http10;
  }

  @Override
  Session session() {
    return session;
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
  void abandon() {
    session.close();
  }
}
