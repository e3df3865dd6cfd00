package dev.tidings.ingest.forwarded;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.net.limit.AddressRanges;
import java.net.InetSocketAddress;

/**
 * Attributes the requests of trusted balancers to the clients that they name; those of everybody
 * else to whoever sends them, whatever these name.
 */
public final class ForwardedClients implements HttpService {
  private final AddressRanges trusted;
  private final HttpService inside;

  private ForwardedClients(AddressRanges trusted, HttpService inside) {
    this.trusted = trusted;
    this.inside = inside;
  }

  /** Returns a service behind balancers; the same service if there are none. */
  public static HttpService behind(AddressRanges trusted, HttpService inside) {
    return trusted == AddressRanges.NONE ? inside : new ForwardedClients(trusted, inside);
  }

  @Override
  public BodyReader serve(Request request, Exchange exchange) {
    Connection connection = exchange.connection();
    if (connection.remoteAddress() instanceof InetSocketAddress peer) {
      InetSocketAddress client = ForwardedField.client(request, peer, trusted);
      if (!client.equals(peer)) {
        return inside.serve(
            request, new Forwarded(exchange, ForwardedConnection.of(connection, client)));
      }
    }
    return inside.serve(request, exchange);
  }

  private record Forwarded(Exchange exchange, Connection connection) implements Exchange {
    @Override
    public void respond(Response response) {
      exchange.respond(response);
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
}
