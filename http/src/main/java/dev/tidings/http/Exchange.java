package dev.tidings.http;

/** One request on its way to its response. Thread-safe. */
public interface Exchange {
  /** Responds. The first response counts; later ones are ignored. */
  void respond(Response response);

  /** The client, for limits: the same number for all of one address. */
  long client();

  /** Asks the client to send its next request on another connection, then closes this one. */
  void goAway();
}
