package dev.tidings.http;

/** Answers requests. Called in several event loops at a time, which it must not block. */
@FunctionalInterface
public interface HttpService {
  /**
   * Takes a request. It may respond before this returns, or later from any thread.
   *
   * @param request valid until this returns
   * @param exchange where the response goes
   * @return what receives the body
   */
  BodyReader serve(Request request, Exchange exchange);
}
