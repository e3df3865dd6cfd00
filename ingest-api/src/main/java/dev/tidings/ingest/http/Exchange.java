package dev.tidings.ingest.http;

/** One request on its way to its answer. Thread-safe. */
public interface Exchange {
  /** Gives the answer. The first counts; whatever comes later is ignored. */
  void answer(Answer answer);

  /** Whose request it is, for bounds: the same number for all from one address. */
  long client();

  /** Tells the client that its next request is for another connection, and closes this one then. */
  void goodbye();
}
