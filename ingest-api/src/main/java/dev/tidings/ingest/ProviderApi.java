package dev.tidings.ingest;

import dev.tidings.http.BodyReader;
import dev.tidings.http.HttpService;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.ingest.receipts.GetReceipts;
import dev.tidings.ingest.rest.ApiDocument;
import dev.tidings.ingest.send.post.PostNotifications;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

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
      List<Operation> erasures,
      List<Operation> broadcasts) {
    List<Operation> all = new ArrayList<>(ofTraces);
    all.add(new ApiDocument());
    all.add(sending);
    all.addAll(sending.subscribers(InstantSource.system()));
    all.add(receipts);
    all.addAll(erasures);
    all.addAll(broadcasts);
    return all;
  }

  /**
   * Returns what answers requests for which there is no operation: 404 below {@code /v1/}.
   *
   * @param others answers those for other paths
   */
  static HttpService without(HttpService others) {
    Response notFound = Problem.RESPONSES.notFound();
    return (request, exchange) -> {
      if (!ProviderErrors.isRest(request.path())) {
        return others.serve(request, exchange);
      }
      exchange.respond(notFound);
      return BodyReader.DROPPED;
    };
  }
}
