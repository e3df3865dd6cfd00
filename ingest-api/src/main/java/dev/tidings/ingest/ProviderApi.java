package dev.tidings.ingest;

import dev.tidings.http.route.Operation;
import dev.tidings.ingest.rest.ApiDocument;
import dev.tidings.ingest.send.post.PostNotifications;
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
      List<Operation> ofTraces, PostNotifications sending, List<Operation> erasures) {
    List<Operation> all = new ArrayList<>(ofTraces);
    all.add(new ApiDocument());
    all.add(sending);
    all.addAll(erasures);
    return all;
  }
}
