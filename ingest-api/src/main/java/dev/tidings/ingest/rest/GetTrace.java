package dev.tidings.ingest.rest;

import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.body.Body;
import dev.tidings.http.body.BodyListener;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.limit.Exceeded;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.operation.RequestAdmission;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.provider.RestRefusals;
import dev.tidings.ingest.trace.TraceFinder;
import dev.tidings.ingest.trace.TraceResult;
import dev.tidings.ingest.trace.TraceResult.Hop;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/notifications/{id}}, and other methods that begin with its trace: {@link Finding}
 * says what is done with it. Requests for another node's traces are forwarded to that node; a
 * forwarded request is forwarded at most once more, and only if its id may be a unique id.
 */
public final class GetTrace implements Operation {
  private static final String PREFIX = "/v1/notifications/";

  /** Its paths. */
  static final PathTemplate PATH = PathTemplate.of(PREFIX + "{id}");

  static final AsciiString FORWARDED = AsciiString.cached("tidings-forwarded");

  /** The header with the original caller of a forwarded request; {@link Caller} verifies it. */
  static final AsciiString CALLER = AsciiString.cached("tidings-caller");

  /** The header that names the credential of a forwarded request; {@link Caller} verifies it. */
  static final AsciiString CREDENTIAL = AsciiString.cached("tidings-credential");

  private static final int NOTHING_KEPT = 0;

  private final Supplier<Optional<TraceFinder>> traces;
  private final TraceTurns turns;
  private final Supplier<PeerClient> nodes;
  private final NodeSeal seal;
  private final Caller caller;
  private final Optional<ProviderGate> gate;
  private final SendLimits limits;
  private final Finding finding;
  private final KnownPeers peers;
  private final TraceScope whole;
  private final TraceResponses responses = new TraceResponses();

  /** Creates the operation that shows the trace; the parameters are those of the other one. */
  public GetTrace(
      Supplier<Optional<TraceFinder>> traces,
      TraceTurns turns,
      Supplier<PeerClient> nodes,
      NodeSeal seal,
      Optional<ProviderGate> gate,
      SendLimits limits,
      KnownPeers peers) {
    this(traces, turns, nodes, seal, gate, limits, peers, TraceScope.ALL, new Showing());
  }

  /** Returns the operation as operators use it, whose credentials somebody else checks. */
  public GetTrace ofOperators() {
    return new GetTrace(
        traces,
        turns,
        nodes,
        seal,
        Optional.empty(),
        limits,
        peers,
        TraceScope.OF_OPERATORS,
        finding);
  }

  /** Returns the operation that withdraws what is scheduled. */
  public GetTrace withdrawing(NotificationLog log, InstantSource clock) {
    return new GetTrace(
        traces, turns, nodes, seal, gate, limits, peers, whole, new Withdrawal(log, clock));
  }

  /** Shows the trace. */
  private static final class Showing implements Finding {
    private final TraceResponses responses = new TraceResponses();

    @Override
    public String method() {
      return "GET";
    }

    @Override
    public String verb() {
      return "reads";
    }

    @Override
    public boolean isAboutEvery() {
      return false;
    }

    @Override
    public void found(
        NotificationId id, TraceResult.Found found, boolean complete, Exchange exchange) {
      exchange.respond(responses.found(id, found));
    }

    @Override
    public void hidden(
        NotificationId id, TraceResult.Found found, boolean complete, Exchange exchange) {
      exchange.respond(responses.hidden(id, found.next(), complete));
    }

    @Override
    public void unknown(NotificationId id, TraceResult.Unknown unknown, Exchange exchange) {
      exchange.respond(responses.unknown(id, unknown));
    }
  }

  /**
   * Creates the operation.
   *
   * @param traces empty as long as the service is starting
   * @param nodes supplies the client of other nodes; called only when there is a node to ask
   * @param seal authenticates nodes to one another
   * @param gate checks credentials; empty if everybody may read everything
   * @param limits count what providers ask for, not what other nodes ask for on their behalf
   * @param peers whose word on behalf of others counts
   * @param whole what may be read where there is no gate
   * @param finding what is done with it
   */
  private GetTrace(
      Supplier<Optional<TraceFinder>> traces,
      TraceTurns turns,
      Supplier<PeerClient> nodes,
      NodeSeal seal,
      Optional<ProviderGate> gate,
      SendLimits limits,
      KnownPeers peers,
      TraceScope whole,
      Finding finding) {
    this.whole = whole;
    this.finding = finding;
    this.seal = seal;
    this.traces = traces;
    this.turns = turns;
    this.nodes = nodes;
    this.caller = new Caller(seal, finding.verb());
    this.gate = gate;
    this.limits = limits;
    this.peers = peers;
  }

  @Override
  public String method() {
    return finding.method();
  }

  @Override
  public PathTemplate path() {
    return PATH;
  }

  @Override
  public BodyReader serve(Request head, Exchange exchange) {
    String forwarded = head.header(FORWARDED);
    Hop hop = forwarded != null && peers.believes(exchange) ? hop(forwarded) : Hop.NONE;
    TraceScope scope = scope(head, hop, exchange);
    if (scope == null || (!isOfNode(head, hop) && isTooMuch(scope, exchange))) {
      return BodyReader.DROPPED;
    }
    String told = head.header(CALLER);
    String query = head.query();
    String path = head.path();
    // A GET usually has no body; if there is one, it is read and discarded.
    return new Body(
        NOTHING_KEPT,
        new BodyListener() {
          @Override
          public void complete(byte[] body) {
            find(PATH.parameter(path, "id"), query, hop, told, scope, exchange);
          }

          @Override
          public void tooLarge() {
            complete(new byte[0]);
          }

          @Override
          public void noRoom() {
            exchange.respond(responses.busy());
          }

          @Override
          public void aborted() {
            // The connection is closed; there is no response to send.
          }

          @Override
          public void timedOut(boolean bodyMissing) {
            exchange.respond(
                responses.notNow(bodyMissing ? "the request did not end" : "it took too long"));
          }
        });
  }

  /** Whether another node asks, which has counted the request: anybody can say that he is one. */
  private boolean isOfNode(Request head, Hop hop) {
    if (hop == Hop.NONE) {
      return false;
    }
    try {
      NotificationId id = NotificationId.parse(PATH.parameter(head.path(), "id"));
      return caller.told(head.header(CALLER), id).isPresent();
    } catch (InvalidValueException e) {
      return false;
    }
  }

  /** The path of one notification. */
  static String pathOf(NotificationId id) {
    return PREFIX + id.value();
  }

  /** The path of one page of it. */
  static String pathOf(NotificationId id, String mark) {
    return pathOf(id) + '?' + ReadablePage.FROM + '=' + mark;
  }

  private static Hop hop(String forwarded) {
    return forwarded.equals(Hop.BY_UNIQUE_ID.name()) ? Hop.BY_UNIQUE_ID : Hop.BY_ID;
  }

  /** Returns what may be read; null if that is nothing, and the request has been answered. */
  private @Nullable TraceScope scope(Request head, Hop hop, Exchange exchange) {
    if (gate.isEmpty()) {
      return whole;
    }
    Optional<String> checked =
        hop == Hop.NONE
            ? Optional.empty()
            : caller.toldCredential(head.header(CREDENTIAL), PATH.parameter(head.path(), "id"));
    if (checked.filter(TraceScope.OPERATOR::equals).isPresent()) {
      exchange.admit();
      return TraceScope.OF_OPERATORS;
    }
    if (checked.isPresent()) {
      Optional<ProviderIdentity> owner = gate.get().find(checked.get());
      if (owner.isEmpty()) {
        exchange.respond(responses.notNow("the credential is not known at this node"));
        return null;
      }
      exchange.admit();
      return new TraceScope(owner.get());
    }
    if (hop != Hop.NONE && head.header(HttpHeaderNames.AUTHORIZATION) == null) {
      // It was checked where it came from, by a node with other token keys, or by none: whoever
      // asked that node must not be told that his credential is wrong.
      exchange.respond(responses.notNow("the other node named no credential under a known seal"));
      return null;
    }
    return switch (gate.get().rest(head, exchange)) {
      case ProviderDecision.Accepted(ProviderIdentity owner) -> new TraceScope(owner);
      case ProviderDecision.Refused refused -> {
        exchange.respond(RestRefusals.of(refused));
        yield null;
      }
    };
  }

  /** Counts a request; one that exceeds a limit is answered. */
  private boolean isTooMuch(TraceScope scope, Exchange exchange) {
    Exceeded exceeded = limits.request(scope.reader().orElse(null), exchange.connection().client());
    if (exceeded != null) {
      exchange.respond(RequestAdmission.tooMany(exceeded));
    }
    return exceeded != null;
  }

  private void find(
      String text,
      @Nullable String query,
      Hop hop,
      @Nullable String told,
      TraceScope scope,
      Exchange exchange) {
    NotificationId id;
    try {
      id = NotificationId.parse(text);
    } catch (InvalidValueException e) {
      exchange.respond(
          responses.problem(TraceProblem.of(new InvalidValueException("id", text, e.expected()))));
      return;
    }
    String from;
    try {
      from = ReadablePage.from(query);
    } catch (InvalidValueException e) {
      exchange.respond(responses.problem(TraceProblem.of(e)));
      return;
    }
    Optional<TraceFinder> finder = traces.get();
    if (finder.isEmpty()) {
      exchange.respond(responses.notNow("the service is starting"));
      return;
    }
    long client = exchange.connection().client();
    long asker = hop == Hop.NONE ? client : caller.told(told, id).orElse(client);
    new Inquiry(
            finder.get(),
            turns,
            nodes,
            caller,
            responses,
            asker,
            id,
            from,
            scope,
            finding,
            exchange)
        .start(hop);
  }
}
