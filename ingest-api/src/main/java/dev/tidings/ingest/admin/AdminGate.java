package dev.tidings.ingest.admin;

import dev.tidings.auth.Decision;
import dev.tidings.auth.Decision.Accepted;
import dev.tidings.auth.Decision.Refused;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.admin.Administrator;
import dev.tidings.auth.admin.AdministratorAuthenticator;
import dev.tidings.auth.provider.RefusedAddresses;
import dev.tidings.control.ControlWriter.Author;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets administrators' requests through, whatever they ask for, and nobody else's. A credential is
 * checked at once, also for an address of which many were refused: it costs one hash.
 */
final class AdminGate implements HttpService {
  private final WebRequestCheck pages;
  private final AdministratorAuthenticator administrators;
  private final RefusedAddresses refused;
  private final HttpService files;
  private final HttpService inside;
  private final AdminMeters meters;

  /**
   * Creates a gate.
   *
   * @param files of the console, for which nobody has to prove who he is
   * @param inside only ever sees an {@link AdmittedExchange}
   */
  AdminGate(
      WebRequestCheck pages,
      AdministratorAuthenticator administrators,
      RefusedAddresses refused,
      HttpService files,
      HttpService inside,
      AdminMeters meters) {
    this.pages = pages;
    this.administrators = administrators;
    this.refused = refused;
    this.files = files;
    this.inside = inside;
    this.meters = meters;
  }

  @Override
  public BodyReader serve(Request request, Exchange exchange) {
    Optional<WebRequestCheck.Wrong> wrong = pages.wrong(request, exchange.connection().isSecure());
    if (wrong.isPresent()) {
      WebRequestCheck.Wrong what = wrong.get();
      return turnAway(
          exchange, AdminProblems.of(what.status(), what.name(), what.value(), what.expected()));
    }
    if (isFile(request.path())) {
      return files.serve(request, exchange);
    }
    @Nullable String authorization = request.header(HttpHeaderNames.AUTHORIZATION);
    Decision<Administrator> decision = administrators.authenticate(authorization);
    return switch (decision) {
      case Accepted<Administrator>(Administrator who) ->
          inside.serve(
              request,
              new AdmittedExchange(
                  exchange,
                  new Author(who.name(), address(exchange.connection().remoteAddress())),
                  who.role(),
                  () -> isStanding(administrators.authenticate(authorization)),
                  meters));
      case Refused<Administrator>(RefusalReason reason, String detail) ->
          turnAway(exchange, answer(exchange, reason, detail));
    };
  }

  /** While administrators are being read again, nobody is known to have been revoked. */
  private static boolean isStanding(Decision<Administrator> decision) {
    return !(decision instanceof Refused<Administrator>(RefusalReason reason, String _))
        || reason == RefusalReason.UNAVAILABLE;
  }

  /**
   * The console's files say nothing of the installation but where devices connect: whoever reaches
   * the port may have them.
   */
  private static boolean isFile(String path) {
    return path.equals("/") || path.equals("/console") || path.startsWith("/console/");
  }

  private Response answer(Exchange exchange, RefusalReason reason, String detail) {
    if (reason == RefusalReason.UNAVAILABLE) {
      return AdminProblems.notNow(detail);
    }
    if (isOneTooMany(exchange.connection().client())) {
      exchange.goAway();
      return AdminProblems.tooMany();
    }
    return AdminProblems.unauthorized(detail);
  }

  private boolean isOneTooMany(long client) {
    boolean over = refused.isOverLimit(client);
    refused.refused(client);
    return over;
  }

  private BodyReader turnAway(Exchange exchange, Response response) {
    meters.turnedAway();
    exchange.respond(response);
    return BodyReader.DROPPED;
  }

  private static String address(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress internet && internet.getAddress() != null
        ? internet.getAddress().getHostAddress()
        : "unknown";
  }
}
