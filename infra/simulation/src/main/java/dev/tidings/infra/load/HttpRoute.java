package dev.tidings.infra.load;

import dev.tidings.infra.ledger.ProviderAnswer;
import dev.tidings.provider.IngestClient;
import dev.tidings.provider.PushRequest;
import dev.tidings.provider.SendAnswer;
import java.io.IOException;
import java.net.ConnectException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends to the APNs endpoint; after a failure the next ingest node is used. */
public final class HttpRoute implements ProviderRoute {
  private static final int GONE = 410;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;
  private static final int MILLIS = 1_000;

  private final List<IngestClient> nodes;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * Creates a route over these nodes.
   *
   * @param nodes the ingest nodes; closed with the route
   */
  public HttpRoute(List<IngestClient> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  @Override
  public ProviderAnswer send(Push push) throws InterruptedException {
    // Without failures, each token always uses the same node, so that each node has its share.
    int number = Math.floorMod(turn.get() + push.token().hashCode(), nodes.size());
    ProviderAnswer answer = send(nodes.get(number), push);
    if (answer == ProviderAnswer.REFUSED || answer == ProviderAnswer.UNKNOWN) {
      turn.incrementAndGet();
    }
    return answer;
  }

  private static ProviderAnswer send(IngestClient node, Push push) throws InterruptedException {
    try {
      return switch (node.send(new PushRequest(push.token(), headers(push), push.payload()))) {
        case SendAnswer.Accepted _ -> ProviderAnswer.ACCEPTED;
        case SendAnswer.Rejected(var status, var _, var _) -> {
          if (status == GONE) {
            yield ProviderAnswer.UNREGISTERED;
          }
          yield status == TOO_MANY || status >= SERVER_ERROR
              ? ProviderAnswer.REFUSED
              : ProviderAnswer.INVALID;
        }
      };
    } catch (IOException e) {
      return e.getCause() instanceof ConnectException
          ? ProviderAnswer.REFUSED
          : ProviderAnswer.UNKNOWN;
    }
  }

  private static Map<String, String> headers(Push push) {
    var headers = new HashMap<String, String>();
    headers.put("apns-topic", push.app());
    headers.put("apns-id", push.id());
    push.terms().collapseId().ifPresent(id -> headers.put("apns-collapse-id", id));
    push.terms()
        .expiresAt()
        .ifPresent(at -> headers.put("apns-expiration", Long.toString(at / MILLIS)));
    return headers;
  }

  @Override
  public void close() {
    nodes.forEach(IngestClient::close);
  }
}
