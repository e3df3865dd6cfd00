package dev.tidings.ingest.server;

/** One client's connection, in whichever protocol. Confined to its event loop. */
interface Session {
  /** What its clients need to understand that they are to go elsewhere. */
  long QUIET_MILLIS = 200;

  /** Whether what is written now, in its event loop, will be flushed without being asked for. */
  boolean flushesByItself();

  /** Sends what was written. */
  void flush();

  /**
   * Looks for what has taken too long; called now and then.
   *
   * @param now in ns, of the loop's ticker
   */
  void sweep(long now);

  /**
   * Tells the client to go elsewhere, and closes when those requests are answered that come before
   * it has understood. Idempotent.
   */
  void goodbye();

  /** Closes at once. */
  void close();
}
