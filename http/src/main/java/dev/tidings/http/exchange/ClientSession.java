package dev.tidings.http.exchange;

/** A client's connection, whichever protocol it speaks. Confined to its event loop. */
public interface ClientSession {
  /** Grace between the two GOAWAY frames, for the client to react to the first. */
  long QUIET_MILLIS = 200;

  /** Whether what is written now, in its event loop, will be flushed without being asked for. */
  boolean flushesByItself();

  /** Flushes what was written. */
  void flush();

  /**
   * Counts bytes of streaming responses that were given to the connection, or, if negative, that
   * have left it.
   */
  void unsent(int bytes);

  /**
   * Ends what has taken too long; called periodically.
   *
   * @param now in ns, of the loop's ticker
   */
  void sweep(long now);

  /**
   * Asks the client to go elsewhere, and closes once the requests are answered that it sends before
   * it reacts. Idempotent.
   */
  void goAway();

  /** Closes at once. */
  void close();
}
