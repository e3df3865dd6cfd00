package dev.tidings.http;

import java.util.ArrayList;
import java.util.List;

/** Finds the service of a path. Immutable. */
public final class Routes implements HttpService {
  private record Route(String prefix, HttpService service) {
    boolean leadsTo(String path) {
      return path.length() > prefix.length()
          && path.startsWith(prefix)
          && path.indexOf('/', prefix.length()) < 0;
    }
  }

  private final List<Route> routes;
  private final HttpService otherwise;

  private Routes(List<Route> routes, HttpService otherwise) {
    this.routes = List.copyOf(routes);
    this.otherwise = otherwise;
  }

  /** All paths lead to this service. */
  public static Routes to(HttpService otherwise) {
    return new Routes(List.of(), otherwise);
  }

  /**
   * The same, but for the paths of one segment behind a prefix.
   *
   * @param prefix with a slash at its end
   */
  public Routes with(String prefix, HttpService service) {
    List<Route> more = new ArrayList<>(routes);
    more.add(new Route(prefix, service));
    return new Routes(more, otherwise);
  }

  @Override
  public BodyReader serve(Request head, Exchange exchange) {
    for (Route route : routes) {
      if (route.leadsTo(head.path())) {
        return route.service().serve(head, exchange);
      }
    }
    return otherwise.serve(head, exchange);
  }
}
