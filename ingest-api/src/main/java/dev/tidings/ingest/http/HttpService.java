package dev.tidings.ingest.http;

/** Answers requests. Called in event loops, several at a time: it must not wait. */
@FunctionalInterface
public interface HttpService {
  /**
   * Takes a request. The answer may be given before this returns, or later from any thread.
   *
   * @param head valid until this returns
   * @param exchange where the answer goes
   * @return who takes the body
   */
  BodyReader serve(RequestHead head, Exchange exchange);
}
