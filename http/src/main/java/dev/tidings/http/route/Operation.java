package dev.tidings.http.route;

import dev.tidings.http.HttpService;

/** One operation of a REST interface: what a method does on the paths of a template. */
public interface Operation extends HttpService {
  /** The method, in upper case. */
  String method();

  /** The paths, such as {@code /v1/notifications/{id}}. */
  PathTemplate path();
}
