package dev.tidings.http;

/** One request on its way to its response. Thread-safe. */
public interface Exchange {
  /** Responds. The first response counts; later ones are ignored. */
  void respond(Response response);

  /** The connection it came on. */
  Connection connection();

  /** Asks the client to send its next request on another connection, then closes this one. */
  void goAway();
}
