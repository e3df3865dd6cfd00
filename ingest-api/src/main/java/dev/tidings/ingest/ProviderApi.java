package dev.tidings.ingest;

import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.Router;
import dev.tidings.ingest.apns.push.ApnsErrors;
import dev.tidings.ingest.audit.GetAudit;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.ingest.provider.RestRefusals;
import dev.tidings.ingest.receipts.GetReceipts;
import dev.tidings.ingest.rest.ApiDocument;
import dev.tidings.ingest.send.post.PostNotifications;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The REST interface of the provider ports as a whole. */
final class ProviderApi {
  private ProviderApi() {}

  /**
   * Returns every operation: those in the document, and no others.
   *
   * @param ofTraces those that other nodes ask for too
   */
  static List<Operation> operations(
      List<Operation> ofTraces,
      PostNotifications sending,
      GetReceipts receipts,
      GetAudit audit,
      List<Operation> history,
      List<Operation> erasures,
      List<Operation> broadcasts,
      List<Operation> replays) {
    List<Operation> all = new ArrayList<>(ofTraces);
    all.add(new ApiDocument());
    all.add(sending);
    all.addAll(sending.subscribers(InstantSource.system()));
    all.add(receipts);
    all.add(audit);
    all.addAll(history);
    all.addAll(erasures);
    all.addAll(broadcasts);
    all.addAll(replays);
    return all;
  }

  /** Returns those that administrators use too; each is without a gate of its own. */
  static List<Operation> onBehalf(
      List<Operation> ofTraces,
      PostNotifications sending,
      GetReceipts receipts,
      GetAudit audit,
      List<Operation> history,
      List<Operation> broadcasts,
      List<Operation> replays) {
    List<Operation> all =
        new ArrayList<>(
            operations(
                ofTraces, sending, receipts, audit, history, List.of(), broadcasts, replays));
    // The port has a document of its own.
    all.removeIf(ApiDocument.class::isInstance);
    return List.copyOf(all);
  }

  /**
   * Returns what answers requests for which there is no operation: 404 below {@code /v1/}.
   *
   * @param others answers those for other paths
   */
  static HttpService without(HttpService others, Optional<ProviderGate> gate) {
    Response notFound = Problem.RESPONSES.notFound();
    Router.Answering answering = answering(gate);
    return (request, exchange) -> {
      if (!ProviderErrors.isRest(request.path())) {
        return others.serve(request, exchange);
      }
      answering.answer(request, exchange, notFound);
      return BodyReader.DROPPED;
    };
  }

  /**
   * Returns what answers requests that no operation serves: which paths and methods there are is
   * told only to those who may ask for something, as with everything else.
   *
   * @param gate checks providers; empty if everybody may do everything
   */
  static Router.Answering answering(Optional<ProviderGate> gate) {
    return (request, exchange, answer) -> {
      boolean open = gate.isEmpty() || request.path().equals(ApiDocument.URL);
      Response refusal = open ? null : refusal(gate.get(), request, exchange);
      exchange.respond(refusal == null ? answer : refusal);
    };
  }

  private static @Nullable Response refusal(ProviderGate gate, Request request, Exchange exchange) {
    if (ProviderErrors.isRest(request.path())) {
      return gate.rest(request, exchange) instanceof ProviderDecision.Refused refused
          ? RestRefusals.of(refused)
          : null;
    }
    return gate.push(request, exchange) instanceof ProviderDecision.Refused(Reason reason, String _)
        ? ApnsErrors.refused(reason)
        : null;
  }
}
