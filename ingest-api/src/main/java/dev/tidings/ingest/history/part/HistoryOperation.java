package dev.tidings.ingest.history.part;

import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.operation.RequestAdmission;
import dev.tidings.ingest.operation.Turns;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.trace.index.HistoryIndex.NotServedException;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.log.SeldomLog;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.LoggerFactory;

/**
 * An operation about what was sent to apps: whoever asks may read these, and is answered when its
 * turn has come, in a thread that may block. Thread-safe.
 */
public final class HistoryOperation implements Operation {
  /** A question that was understood. */
  public interface Question {
    /** Returns the apps that it is about. */
    List<String> apps();

    /** Returns the answer; blocks. */
    CompletableFuture<Response> answer() throws NotServedException;
  }

  /** Understands requests. */
  @FunctionalInterface
  public interface Understanding {
    /**
     * Returns what is asked.
     *
     * @throws InvalidValueException if it cannot be asked so
     */
    Question of(Request head);
  }

  private final PathTemplate path;
  private final Understanding understanding;
  private final Turns turns;
  private final RequestAdmission admission;
  private final Runnable unserved;
  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(HistoryOperation.class));

  /**
   * @param turns in which questions are answered
   * @param gate checks credentials; empty if everybody may read everything
   * @param limits count requests
   * @param unserved told of each question that cannot be answered now
   */
  public HistoryOperation(
      String path,
      Understanding understanding,
      Turns turns,
      Optional<ProviderGate> gate,
      SendLimits limits,
      Runnable unserved) {
    this.unserved = unserved;
    this.path = PathTemplate.of(path);
    this.understanding = understanding;
    this.turns = turns;
    this.admission = new RequestAdmission(gate, limits);
  }

  @Override
  public String method() {
    return "GET";
  }

  @Override
  public PathTemplate path() {
    return path;
  }

  @Override
  public BodyReader serve(Request head, Exchange exchange) {
    return admission.admit(head, exchange, provider -> admitted(head, provider, exchange));
  }

  private BodyReader admitted(
      Request head, Optional<ProviderIdentity> provider, Exchange exchange) {
    Question question;
    try {
      question = understanding.of(head);
    } catch (InvalidValueException e) {
      exchange.respond(HistoryProblems.invalid(e));
      return BodyReader.DROPPED;
    }
    for (String app : question.apps()) {
      if (provider.isPresent() && !provider.get().apps().contains(app)) {
        exchange.respond(HistoryProblems.notAllowed(app));
        return BodyReader.DROPPED;
      }
    }
    turns.add(exchange.connection().client(), new Answering(question, exchange));
    return BodyReader.DROPPED;
  }

  private final class Answering implements Turns.Task {
    private final Question question;
    private final Exchange exchange;

    private Answering(Question question, Exchange exchange) {
      this.question = question;
      this.exchange = exchange;
    }

    @Override
    public void run(Runnable done) {
      answer()
          .whenComplete((response, failure) -> {
            exchange.respond(failure == null ? response : failed(failure));
            done.run();
          });
    }

    private CompletableFuture<Response> answer() {
      try {
        return question.answer();
      } catch (NotServedException | RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    private Response failed(Throwable failure) {
      for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
        if (cause instanceof NotServedException notServed) {
          unserved.run();
          return HistoryProblems.notNow(notServed.why());
        }
      }
      failures.error("no answer about the history", failure);
      return HistoryProblems.failed();
    }

    @Override
    public void refused() {
      exchange.respond(HistoryProblems.busy());
    }
  }
}
