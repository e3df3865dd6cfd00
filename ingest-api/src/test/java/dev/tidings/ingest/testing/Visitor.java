package dev.tidings.ingest.testing;

import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Response;
import java.util.concurrent.CompletableFuture;

/** Somebody who asks once, over a connection of its own. */
public final class Visitor extends TestConnection implements Exchange {
  public final CompletableFuture<Response> response = new CompletableFuture<>();
  private volatile boolean leaving;

  @Override
  public void respond(Response given) {
    response.complete(given);
  }

  @Override
  public Connection connection() {
    return this;
  }

  @Override
  public void goAway() {
    leaving = true;
  }

  /** Whether it was asked to send its next request on another connection. */
  public boolean isLeaving() {
    return leaving;
  }
}
