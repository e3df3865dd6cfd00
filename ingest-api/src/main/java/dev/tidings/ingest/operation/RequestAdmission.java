package dev.tidings.ingest.operation;

import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.ingest.limit.Exceeded;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.provider.RestRefusals;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests of the REST interface in, by their heads: the credential is checked first, then the
 * request counts against the limits of whoever makes it. One that is not let in is answered.
 */
public final class RequestAdmission {
  private final Optional<ProviderGate> gate;
  private final SendLimits limits;

  /**
   * @param gate checks credentials; empty if nobody has to prove who he is
   */
  public RequestAdmission(Optional<ProviderGate> gate, SendLimits limits) {
    this.gate = gate;
    this.limits = limits;
  }

  /**
   * Goes on with a request that is let in.
   *
   * @param then told who makes it; empty where nobody has to prove who he is
   */
  public BodyReader admit(
      Request head, Exchange exchange, Function<Optional<ProviderIdentity>, BodyReader> then) {
    Optional<ProviderIdentity> who = Optional.empty();
    if (gate.isPresent()) {
      switch (gate.get().rest(head, exchange)) {
        case ProviderDecision.Refused refused -> {
          exchange.respond(RestRefusals.of(refused));
          return BodyReader.DROPPED;
        }
        case ProviderDecision.Accepted(ProviderIdentity accepted) -> who = Optional.of(accepted);
      }
    }
    @Nullable Exceeded exceeded = limits.request(who.orElse(null), exchange.connection().client());
    if (exceeded != null) {
      exchange.respond(tooMany(exceeded));
      return BodyReader.DROPPED;
    }
    return then.apply(who);
  }

  /** Answers a request that is let in at once, whatever its body. */
  public BodyReader answer(
      Request head, Exchange exchange, Function<Optional<ProviderIdentity>, Response> answer) {
    return admit(
        head,
        exchange,
        who -> {
          exchange.respond(answer.apply(who));
          return BodyReader.DROPPED;
        });
  }

  /** Returns the response to one request too many: {@code limit} names which limit it exceeds. */
  public static Response tooMany(Exceeded exceeded) {
    HttpResponseStatus status = HttpResponseStatus.TOO_MANY_REQUESTS;
    return new Problem(
            status,
            null,
            status.reasonPhrase(),
            exceeded.detail(),
            Map.of("limit", exceeded.kind().text()))
        .response(exceeded.fields());
  }
}
