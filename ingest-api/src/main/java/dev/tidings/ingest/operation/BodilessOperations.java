package dev.tidings.ingest.operation;

import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes operations whose requests say all in their path and query: each is carried out at the end
 * of the request, on behalf of the provider that was admitted. Thread-safe.
 *
 * @param late what is said if that has taken too long
 * @param notNow makes the response to whoever may ask again
 */
public record BodilessOperations(
    RequestAdmission admission, String late, Function<String, Response> notNow) {
  /**
   * What is asked.
   *
   * @param parameter the parameter of the path, as it arrived
   */
  public record Asked(String parameter, @Nullable String query) {}

  /** What is done for a provider that may; for nobody where nobody has to prove who he is. */
  @FunctionalInterface
  public interface Deed {
    void of(Asked asked, Optional<ProviderIdentity> provider, Exchange exchange);
  }

  /**
   * Returns an operation.
   *
   * @param parameter of the path
   */
  public Operation operation(String method, PathTemplate path, String parameter, Deed deed) {
    return new One(method, path, parameter, deed);
  }

  private final class One implements Operation {
    private final String method;
    private final PathTemplate path;
    private final String parameter;
    private final Deed deed;

    private One(String method, PathTemplate path, String parameter, Deed deed) {
      this.method = method;
      this.path = path;
      this.parameter = parameter;
      this.deed = deed;
    }

    @Override
    public String method() {
      return method;
    }

    @Override
    public PathTemplate path() {
      return path;
    }

    @Override
    public BodyReader serve(Request head, Exchange exchange) {
      // Read now: a head is valid only while it is served.
      Asked asked = new Asked(path.parameter(head.path(), parameter), head.query());
      return admission.admit(
          head,
          exchange,
          provider ->
              new EndedRequest(() -> deed.of(asked, provider, exchange), late, notNow, exchange)
                  .body());
    }
  }
}
