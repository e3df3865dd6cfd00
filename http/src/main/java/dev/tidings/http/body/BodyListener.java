package dev.tidings.http.body;

/**
 * Told how the body of one request ended: by one of the first four, once. Called in the event loop
 * of its connection.
 */
public interface BodyListener {
  /** All of it is there; the array is the listener's. */
  void complete(byte[] body);

  /** It is longer than allowed. */
  void tooLarge();

  /** There is no memory for it. */
  void noRoom();

  /** The client went away before its end. */
  void aborted();

  /**
   * The request has taken too long: it has to be answered now.
   *
   * @param bodyMissing whether the body was what took too long; then nothing else is told any more
   */
  void timedOut(boolean bodyMissing);
}
