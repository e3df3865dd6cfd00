package dev.tidings.ingest.admin;

import dev.tidings.control.ControlWriter.Author;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Response;
import io.netty.util.AsciiString;

/**
 * A request whose credential was accepted.
 *
 * @param author whose it is, and where it comes from
 */
record AdmittedExchange(Exchange exchange, Author author, AdminMeters meters) implements Exchange {
  private static final AsciiString CACHE_CONTROL = AsciiString.cached("cache-control");
  private static final AsciiString NO_STORE = AsciiString.cached("no-store");

  /**
   * Returns the one that the gate has made of a request.
   *
   * @throws IllegalStateException if it has not passed the gate
   */
  static AdmittedExchange of(Exchange exchange) {
    if (exchange instanceof AdmittedExchange admitted) {
      return admitted;
    }
    throw new IllegalStateException("exchange: of a stranger (expected: one that was admitted)");
  }

  @Override
  public void respond(Response response) {
    meters.answered(response.status());
    exchange.respond(response.with(CACHE_CONTROL, NO_STORE));
  }

  @Override
  public Connection connection() {
    return exchange.connection();
  }

  @Override
  public void consumed(int bytes) {
    exchange.consumed(bytes);
  }

  @Override
  public void admit() {
    exchange.admit();
  }

  @Override
  public void goAway() {
    exchange.goAway();
  }
}
