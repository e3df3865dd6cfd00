package dev.tidings.ingest.operation;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Response;
import dev.tidings.http.body.Body;
import dev.tidings.http.body.BodyListener;
import java.util.function.Function;

/**
 * Waits for the end of a request whose body, if it has one, says nothing.
 *
 * @param then what is done at the end
 * @param late what is said if that has taken too long
 * @param notNow makes the response to whoever may ask again
 */
record EndedRequest(
    Runnable then, String late, Function<String, Response> notNow, Exchange exchange)
    implements BodyListener {
  private static final int NOTHING_KEPT = 0;

  /** Returns what takes the body. */
  BodyReader body() {
    return new Body(NOTHING_KEPT, this);
  }

  @Override
  public void complete(byte[] body) {
    then.run();
  }

  @Override
  public void tooLarge() {
    then.run();
  }

  @Override
  public void noRoom() {
    exchange.respond(notNow.apply("too many requests are arriving"));
  }

  @Override
  public void aborted() {
    // The connection is closed; there is no response to send.
  }

  @Override
  public void timedOut(boolean bodyMissing) {
    exchange.respond(notNow.apply(bodyMissing ? "the request did not end" : late));
  }
}
