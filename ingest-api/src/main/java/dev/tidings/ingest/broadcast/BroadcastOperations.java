package dev.tidings.ingest.broadcast;

import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.http.Exchange;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.operation.BodilessOperations;
import dev.tidings.ingest.operation.RequestAdmission;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * {@code GET} and {@code DELETE /v1/broadcasts/{id}}: how far a broadcast has come, and that it is
 * to stop. One of an app that is none of the credential's is answered as one that does not exist.
 * Thread-safe; never blocks.
 */
public final class BroadcastOperations {
  static final String PATH = "/v1/broadcasts/";
  private static final PathTemplate ONE = PathTemplate.of(PATH + "{id}");
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Broadcasts log;
  private final BodilessOperations requests;

  /**
   * Creates the operations.
   *
   * @param gate checks credentials; empty if everybody may do everything
   */
  public BroadcastOperations(Broadcasts log, Optional<ProviderGate> gate, SendLimits limits) {
    this.log = log;
    this.requests =
        new BodilessOperations(
            new RequestAdmission(gate, limits), "it took too long", BroadcastAnswers::notNow);
  }

  /** Returns both. */
  public List<Operation> operations() {
    return List.of(one("GET", this::show), one("DELETE", this::stop));
  }

  private Operation one(String method, Deed deed) {
    return requests.operation(
        method,
        ONE,
        "id",
        (asked, reader, exchange) -> find(asked.parameter(), reader, deed, exchange));
  }

  /** What is done with a broadcast that is known. */
  private interface Deed {
    void with(NotificationId id, BroadcastState found, Exchange exchange);
  }

  private void find(String text, Optional<ProviderIdentity> reader, Deed deed, Exchange exchange) {
    NotificationId id;
    try {
      id = NotificationId.parse(text);
    } catch (InvalidValueException e) {
      exchange.respond(BroadcastAnswers.noId(e));
      return;
    }
    // Of one that is known in part the rest may only not be read yet.
    if (log.isKnown() && log.find(id).filter(found -> found.missing() == 0).isPresent()) {
      known(id, reader, deed, exchange);
      return;
    }
    Optional<CompletionStage<Void>> end = log.catchUp();
    if (end.isEmpty()) {
      exchange.respond(BroadcastAnswers.notNow("too many ask for broadcasts that are not known"));
      return;
    }
    var _ =
        end.get()
            .toCompletableFuture()
            .copy()
            .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((_, failure) -> {
              if (failure == null && log.isKnown()) {
                known(id, reader, deed, exchange);
              } else {
                exchange.respond(BroadcastAnswers.notNow("the log could not be read in time"));
              }
            });
  }

  private void known(
      NotificationId id, Optional<ProviderIdentity> reader, Deed deed, Exchange exchange) {
    log.find(id)
        .filter(found -> reader.map(who -> who.apps().contains(found.app())).orElse(true))
        .ifPresentOrElse(
            found -> deed.with(id, found, exchange),
            () -> exchange.respond(BroadcastAnswers.unknown(id)));
  }

  private void show(NotificationId id, BroadcastState found, Exchange exchange) {
    exchange.respond(BroadcastAnswers.found(id, found));
  }

  private void stop(NotificationId id, BroadcastState found, Exchange exchange) {
    if (found.isOver() && found.missing() == 0) {
      exchange.respond(BroadcastAnswers.found(id, found));
      return;
    }
    if (found.isStopping()) {
      exchange.respond(BroadcastAnswers.stopping(id, found));
      return;
    }
    Consumer<BroadcastResult> written =
        result ->
            exchange.respond(
                result instanceof BroadcastResult.Accepted
                    ? BroadcastAnswers.stopping(id, found)
                    : BroadcastAnswers.notNow(
                        "not known to be in the log: ask again; some partitions may stop"));
    log.stop(id, found.app(), written);
  }
}
