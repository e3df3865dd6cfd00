package dev.tidings.ingest;

import dev.tidings.http.ErrorResponses;
import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.ingest.apns.push.ApnsErrors;
import dev.tidings.ingest.rest.ApiDocument;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The errors of the provider ports: problems (RFC 9457) where the path is one of the REST
 * interface, and what Apple's clients read everywhere else. Where the path of a request is not
 * known, for its first line cannot be read, the answer is a problem with Apple's member in it.
 */
final class ProviderErrors implements ErrorResponses {
  private static final String REST = "/v1/";

  private final ApnsErrors apns = new ApnsErrors();

  /** Whether a path is one of the REST interface. */
  static boolean isRest(String path) {
    return path.startsWith(REST) || path.equals("/v1") || path.equals(ApiDocument.URL);
  }

  @Override
  public ErrorResponses at(@Nullable String path) {
    if (path == null) {
      return this;
    }
    return isRest(path) ? Problem.RESPONSES : apns;
  }

  @Override
  public Response malformed(HttpResponseStatus status) {
    Problem problem = Problem.malformed(status);
    return new Problem(
            status,
            problem.type(),
            problem.title(),
            problem.detail(),
            Map.of("reason", ApnsErrors.reason(status)))
        .response();
  }

  @Override
  public Response methodNotAllowed(List<String> methods) {
    return apns.methodNotAllowed(methods);
  }

  @Override
  public Response failed() {
    return apns.failed();
  }
}
