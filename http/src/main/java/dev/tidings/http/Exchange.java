package dev.tidings.http;

/** One request on its way to its response. Thread-safe. */
public interface Exchange {
  /** Responds. The first response counts; later ones are ignored. */
  void respond(Response response);

  /** The connection it came on. */
  Connection connection();

  /**
   * Says how many more bytes of a {@link StreamedReader}'s body are not kept any more, so that the
   * client may send as many others. From any thread.
   */
  default void consumed(int bytes) {
    throw new UnsupportedOperationException("consumed (expected: a request that is streamed)");
  }

  /**
   * Says that the client has proved who it is: where it may have a single open request until then,
   * it may have as many as there may be now. On the event loop of the connection.
   */
  default void admit() {
    // Nothing changes where it had no such limit.
  }

  /** Asks the client to send its next request on another connection, then closes this one. */
  void goAway();
}
