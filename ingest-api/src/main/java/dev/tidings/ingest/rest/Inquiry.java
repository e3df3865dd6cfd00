package dev.tidings.ingest.rest;

import dev.tidings.http.Exchange;
import dev.tidings.ingest.operation.Turns;
import dev.tidings.ingest.trace.Search;
import dev.tidings.ingest.trace.TraceFinder;
import dev.tidings.ingest.trace.TraceResult;
import dev.tidings.ingest.trace.TraceResult.Hop;
import dev.tidings.ingest.trace.Unprocessed;
import dev.tidings.schemas.value.NotificationId;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request for a trace, until its response: a look-up in the table, and then possibly a request
 * to another node, or a search of the log; each when it is its caller's turn.
 */
final class Inquiry {
  private final TraceFinder finder;
  private final TraceTurns turns;
  private final Supplier<PeerClient> nodes;
  private final Caller caller;
  private final TraceResponses responses;
  private final long asker;
  private final NotificationId id;
  private final @Nullable String from;
  private final TraceScope scope;
  private final Finding finding;
  private final Exchange exchange;

  /** Whether the log has been searched to its end; each step is taken by one thread. */
  private boolean complete;

  private boolean sought;

  /**
   * Creates a request.
   *
   * @param asker the caller against whose share it counts
   * @param from the mark at which the page begins; null for the first page
   * @param scope what may be read
   * @param finding what is done with it
   */
  Inquiry(
      TraceFinder finder,
      TraceTurns turns,
      Supplier<PeerClient> nodes,
      Caller caller,
      TraceResponses responses,
      long asker,
      NotificationId id,
      @Nullable String from,
      TraceScope scope,
      Finding finding,
      Exchange exchange) {
    this.finder = finder;
    this.turns = turns;
    this.nodes = nodes;
    this.caller = caller;
    this.responses = responses;
    this.asker = asker;
    this.id = id;
    this.from = from;
    this.scope = scope;
    this.finding = finding;
    this.exchange = exchange;
  }

  /** A blocking step of a turn. */
  @FunctionalInterface
  private interface Step {
    TraceResult take() throws InterruptedException;
  }

  /** Starts the first step. */
  void start(Hop hop) {
    wait(
        turns.lookups(),
        () ->
            ReadablePage.of(
                mark -> finder.find(id, mark, hop, finding.isAboutEvery()), from, scope));
  }

  private void wait(Turns whose, Step step) {
    inTurn(
        whose,
        done -> {
          try {
            goOn(step.take());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.respond(responses.notNow("the service is stopping"));
          } catch (RuntimeException e) {
            exchange.respond(responses.failed(id, e));
          } finally {
            done.run();
          }
        });
  }

  private void goOn(TraceResult traceResult) {
    switch (traceResult) {
      case TraceResult.Found found ->
          scope
              .of(found)
              .ifPresentOrElse(
                  readable -> finding.found(id, readable, complete, exchange),
                  () -> finding.hidden(id, found, complete || !sought, exchange));
      case TraceResult.Unknown unknown when scope.reader().isPresent() && unknown.complete() ->
          // As what is hidden: who may not see all is not told how much was searched.
          exchange.respond(responses.hidden(id, null, true));
      case TraceResult.Unknown unknown -> finding.unknown(id, unknown, exchange);
      case TraceResult.NotNow(String why) -> exchange.respond(responses.notNow(why));
      case TraceResult.Sought(int partition) ->
          turns.searches().add(asker, finder::search, new Sought(partition));
      case TraceResult.Elsewhere elsewhere ->
          inTurn(turns.forwards(), done -> forward(elsewhere, done));
    }
  }

  /** Its search of the log, which others share. */
  private final class Sought implements Searches.Request {
    private final Search search;

    private Sought(int partition) {
      this.search = new Search(id, partition, finding.isAboutEvery(), scope::allows);
    }

    @Override
    public Search search() {
      return search;
    }

    @Override
    public void found(Unprocessed result) throws InterruptedException {
      switch (result) {
        case Unprocessed.NotNow(String why) -> goOn(new TraceResult.NotNow(why));
        case Unprocessed.Searched searched -> {
          sought = true;
          complete = searched.complete();
          goOn(ReadablePage.of(mark -> finder.page(id, mark, searched), from, scope));
        }
      }
    }

    @Override
    public void failed(RuntimeException failure) {
      exchange.respond(responses.failed(id, failure));
    }

    @Override
    public void stopped() {
      exchange.respond(responses.notNow("the service is stopping"));
    }

    @Override
    public void refused() {
      exchange.respond(responses.busy());
    }
  }

  private void forward(TraceResult.Elsewhere elsewhere, Runnable done) {
    nodes
        .get()
        .ask(
            elsewhere.node(),
            finding.method(),
            from == null ? GetTrace.pathOf(id) : GetTrace.pathOf(id, from),
            elsewhere.hop(),
            caller.tell(asker, id),
            scope.credential().map(name -> caller.tellCredential(name, id.value())))
        .whenComplete((response, failure) -> {
          exchange.respond(
              failure == null
                  ? response
                  : responses.notNow("the node that has the trace does not answer"));
          done.run();
        });
  }

  private void inTurn(Turns whose, Consumer<Runnable> task) {
    whose.add(
        asker,
        new Turns.Task() {
          @Override
          public void run(Runnable done) {
            task.accept(done);
          }

          @Override
          public void refused() {
            exchange.respond(responses.busy());
          }
        });
  }
}
