package dev.tidings.ingest.audit;

import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.ingest.audit.AuditView.Position;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.operation.RequestAdmission;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.AsciiString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/audit}: the notifications of the credential's apps of which nobody can tell what
 * became. Answers from memory. Thread-safe.
 */
public final class GetAudit implements Operation {
  private static final PathTemplate PATH = PathTemplate.of("/v1/audit");
  private static final AsciiString SOON = AsciiString.cached("5");
  private static final int PAGE = 100;

  private final Supplier<Optional<AuditView>> found;
  private final RequestAdmission admission;

  GetAudit(Supplier<Optional<AuditView>> found, Optional<ProviderGate> gate, SendLimits limits) {
    this.found = found;
    this.admission = new RequestAdmission(gate, limits);
  }

  @Override
  public String method() {
    return "GET";
  }

  @Override
  public PathTemplate path() {
    return PATH;
  }

  @Override
  public BodyReader serve(Request head, Exchange exchange) {
    return admission.answer(head, exchange, provider -> response(head, provider));
  }

  private Response response(Request head, Optional<ProviderIdentity> provider) {
    Predicate<String> readable = app -> provider.isEmpty() || provider.get().apps().contains(app);
    Query query;
    try {
      query = Query.of(head);
    } catch (IllegalArgumentException e) {
      String why =
          e instanceof InvalidValueException
              ? String.valueOf(e.getMessage())
              : "query: malformed (expected: percent-encoded UTF-8)";
      return Problem.of(HttpResponseStatus.BAD_REQUEST, why).response();
    }
    Optional<AuditView> view = found.get();
    if (view.isEmpty()) {
      return Problem.of(
              HttpResponseStatus.SERVICE_UNAVAILABLE,
              "the audit has not begun everywhere, cannot be read, or is off in this process")
          .response(HttpHeaderNames.RETRY_AFTER, SOON);
    }
    return answer(
        view.get(),
        query,
        app -> readable.test(app) && (query.app() == null || app.equals(query.app())));
  }

  /**
   * What is asked for.
   *
   * @param app null for all that may be read
   * @param after where the page before has ended; null for the first
   */
  private record Query(@Nullable String app, @Nullable Position after) {
    static Query of(Request head) {
      @Nullable String text = head.query();
      Map<String, List<String>> parameters =
          text == null ? Map.of() : new QueryStringDecoder(text, false).parameters();
      @Nullable String app = first(parameters, "app");
      @Nullable String after = first(parameters, "after");
      return new Query(
          app == null ? null : new AppId(app).value(),
          after == null
              ? null
              : Position.parse(after)
                  .orElseThrow(() ->
                      new InvalidValueException("after", "not a position", "the next of a page")));
    }

    private static @Nullable String first(Map<String, List<String>> parameters, String name) {
      @Nullable List<String> values = parameters.get(name);
      return values == null ? null : values.getFirst();
    }
  }

  private static Response answer(AuditView view, Query query, Predicate<String> wanted) {
    List<Accepted> all =
        view.differences().stream().filter(each -> wanted.test(each.app())).toList();
    SortedMap<String, List<Accepted>> byApp = new TreeMap<>();
    all.forEach(each -> byApp.computeIfAbsent(each.app(), _ -> new ArrayList<>()).add(each));
    @Nullable Position after = query.after();
    List<Accepted> rest =
        all.stream().filter(each -> after == null || after.isBefore(each)).toList();
    List<Accepted> page = rest.subList(0, Math.min(PAGE, rest.size()));
    return JsonAnswer.ok(out -> {
      out.writeStringField("since", time(view.since()));
      out.writeStringField("until", time(view.until()));
      out.writeNumberField("difference", all.size());
      out.writeBooleanField("complete", view.unlisted() == 0);
      out.writeArrayFieldStart("apps");
      for (Map.Entry<String, List<Accepted>> each : byApp.entrySet()) {
        out.writeStartObject();
        out.writeStringField("app", each.getKey());
        out.writeNumberField("difference", each.getValue().size());
        out.writeStringField("oldest", time(each.getValue().getFirst().at()));
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeArrayFieldStart("notifications");
      for (Accepted each : page) {
        out.writeStartObject();
        out.writeStringField("id", each.receipt().id().value());
        out.writeStringField("app", each.app());
        out.writeStringField("acceptedAt", time(each.at()));
        out.writeEndObject();
      }
      out.writeEndArray();
      if (page.size() < rest.size()) {
        out.writeStringField("next", Position.of(page.getLast()).toString());
      }
    });
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
