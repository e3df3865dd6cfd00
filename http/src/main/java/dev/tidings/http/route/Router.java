package dev.tidings.http.route;

import dev.tidings.http.BodyReader;
import dev.tidings.http.ErrorResponses;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the operation of a request by its path and its method. A path that no template matches goes
 * to the fallback; a method that a path does not have is answered with 405 and {@code Allow} (RFC
 * 9110, section 15.5.6). HEAD is served by the operation for GET, and the connection leaves out the
 * body; OPTIONS is answered with the methods that a path has. Immutable; finding an operation
 * allocates nothing.
 */
public final class Router implements HttpService {
  private static final String GET = "GET";
  private static final String HEAD = "HEAD";
  private static final String OPTIONS = "OPTIONS";

  /** The operations of one path. */
  private record Route(
      PathTemplate path,
      String[] methods,
      HttpService[] operations,
      Response allowed,
      Response notAllowed) {
    @Nullable HttpService operation(String method) {
      HttpService get = null;
      for (int i = 0; i < methods.length; i++) {
        if (methods[i].equals(method)) {
          return operations[i];
        }
        if (methods[i].equals(GET)) {
          get = operations[i];
        }
      }
      return method.equals(HEAD) ? get : null;
    }
  }

  /** Gives an answer that no operation gives: about the methods of a path. */
  @FunctionalInterface
  public interface Answering {
    /**
     * Answers a request.
     *
     * @param answer the one that everybody may have who may know which paths there are
     */
    void answer(Request request, Exchange exchange, Response answer);
  }

  private final Route[] routes;
  private final HttpService fallback;
  private final Answering answering;

  private Router(Route[] routes, HttpService fallback, Answering answering) {
    this.routes = routes;
    this.fallback = fallback;
    this.answering = answering;
  }

  /**
   * Routes to be filled in.
   *
   * @param errors how it is answered that there is no such path, or no such method
   */
  public static Builder builder(ErrorResponses errors) {
    return new Builder(errors);
  }

  @Override
  public BodyReader serve(Request request, Exchange exchange) {
    String path = request.path();
    for (Route route : routes) {
      if (route.path().matches(path)) {
        HttpService operation = route.operation(request.method());
        if (operation != null) {
          return operation.serve(request, exchange);
        }
        answering.answer(
            request,
            exchange,
            request.method().equals(OPTIONS) ? route.allowed() : route.notAllowed());
        return BodyReader.DROPPED;
      }
    }
    return fallback.serve(request, exchange);
  }

  /** Collects routes. For one thread. */
  public static final class Builder {
    private final ErrorResponses errors;
    // Ordered, the most specific first.
    private final Map<PathTemplate, Map<String, HttpService>> routes = new TreeMap<>();
    private @Nullable HttpService fallback;
    private Answering answering = (request, exchange, answer) -> exchange.respond(answer);

    private Builder(ErrorResponses errors) {
      this.errors = errors;
    }

    /**
     * Adds an operation.
     *
     * @throws IllegalArgumentException if there is one for its method and its paths
     */
    public Builder add(Operation operation) {
      return route(operation.method(), operation.path(), operation);
    }

    /**
     * Adds an operation.
     *
     * @param method in upper case
     * @param path such as {@code /v1/notifications/{id}}
     * @throws IllegalArgumentException if there is one for this method and these paths
     */
    public Builder route(String method, PathTemplate path, HttpService operation) {
      Map<String, HttpService> operations =
          routes.computeIfAbsent(path, added -> new LinkedHashMap<>());
      if (operations.putIfAbsent(method, operation) != null) {
        throw new IllegalArgumentException(
            "route: " + method + ' ' + path + " (expected: one operation for a method and a path)");
      }
      return this;
    }

    /** Who answers requests whose path no template matches; without one they get a 404. */
    public Builder fallback(HttpService service) {
      fallback = service;
      return this;
    }

    /** Who tells which methods a path has; without one everybody is told. */
    public Builder answering(Answering other) {
      answering = other;
      return this;
    }

    public Router build() {
      HttpService otherwise = fallback;
      if (otherwise == null) {
        Response notFound = errors.notFound();
        otherwise =
            (request, exchange) -> {
              exchange.respond(notFound);
              return BodyReader.DROPPED;
            };
      }
      List<Route> all = new ArrayList<>();
      routes.forEach((path, operations) -> all.add(route(path, operations)));
      return new Router(all.toArray(Route[]::new), otherwise, answering);
    }

    private Route route(PathTemplate path, Map<String, HttpService> operations) {
      List<String> allowed = new ArrayList<>(operations.keySet());
      if (allowed.contains(GET) && !allowed.contains(HEAD)) {
        allowed.add(HEAD);
      }
      if (!allowed.contains(OPTIONS)) {
        allowed.add(OPTIONS);
      }
      AsciiString all = AsciiString.of(String.join(", ", allowed));
      Response notAllowed =
          errors
              .at(path.toString())
              .methodNotAllowed(List.copyOf(allowed))
              .with(HttpHeaderNames.ALLOW, all);
      return new Route(
          path,
          operations.keySet().toArray(String[]::new),
          operations.values().toArray(HttpService[]::new),
          Response.of(HttpResponseStatus.NO_CONTENT, HttpHeaderNames.ALLOW, all),
          notAllowed);
    }
  }
}
