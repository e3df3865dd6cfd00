package dev.tidings.ingest.admin;

import dev.tidings.auth.admin.AdministratorRole;
import dev.tidings.control.ControlWriter.Author;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Response;
import dev.tidings.http.StreamingResponse;
import dev.tidings.http.body.BodyListener;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.function.BooleanSupplier;

/**
 * A request whose credential was accepted.
 *
 * @param author whose it is, and where it comes from
 * @param standing whether the credential is still good, looked at again while an answer goes on
 */
record AdmittedExchange(
    Exchange exchange,
    Author author,
    AdministratorRole role,
    BooleanSupplier standing,
    AdminMeters meters)
    implements Exchange {
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

  /** Whether it may change something. */
  boolean mayChange() {
    return role == AdministratorRole.ADMIN;
  }

  @Override
  public void respond(Response response) {
    meters.answered(response.status());
    Response given =
        response instanceof StreamingResponse streaming && streaming.source().isEndless()
            ? StreamingResponse.of(
                response.status(),
                new StandingSource(streaming.source(), standing, System::nanoTime),
                response.fields())
            : response;
    exchange.respond(
        saysHowLongItIsKept(given) ? given : given.with(HttpHeaderNames.CACHE_CONTROL, NO_STORE));
  }

  private static boolean saysHowLongItIsKept(Response response) {
    AsciiString[] fields = response.fields();
    for (int i = 0; i < fields.length; i += 2) {
      if (HttpHeaderNames.CACHE_CONTROL.contentEqualsIgnoreCase(fields[i])) {
        return true;
      }
    }
    return false;
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

  /** The body of a request, for what has to have it whole; says why it has not come. */
  abstract static class WholeBody implements BodyListener {
    private final AdmittedExchange exchange;
    private final int mostBytes;

    WholeBody(AdmittedExchange exchange, int mostBytes) {
      this.exchange = exchange;
      this.mostBytes = mostBytes;
    }

    @Override
    public final void tooLarge() {
      exchange.respond(
          AdminProblems.of(
              HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
              "body",
              "longer",
              "at most " + mostBytes + " bytes"));
    }

    @Override
    public final void noRoom() {
      exchange.respond(AdminProblems.notNow("too many requests are arriving"));
    }

    @Override
    public final void aborted() {
      // Nobody reads an answer any more.
    }

    @Override
    public final void timedOut(boolean bodyMissing) {
      exchange.respond(
          AdminProblems.notNow(
              bodyMissing
                  ? "the request took too long to arrive"
                  : "not known yet whether it is done: look before you try again"));
    }
  }
}
