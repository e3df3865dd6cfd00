package dev.tidings.http;

/**
 * Produces the body of one streaming response. Called in the event loop of its connection, which it
 * must not block.
 */
public interface ResponseSource {
  /**
   * Writes what there is, for as long as {@link BodyWriter#isWritable}. Called when the head of the
   * response was written, then each time there is room again, and after {@link BodyWriter#wake}. A
   * source with nothing to write returns, and wakes the writer later. If it throws, the response is
   * cut off, so that the client does not take it for whole.
   */
  void produce(BodyWriter out);

  /**
   * The body is not wanted, or not wanted any more: the client has gone away, does not read, or
   * asked for the head alone. Called once, unless the body was ended; nothing is called afterwards.
   */
  void cancelled();

  /**
   * The server is about to stop: a response that would go on and on should end now; any other may
   * take as long as the server waits, and is cut off then.
   */
  default void draining(BodyWriter out) {
    // One that ends by itself need not know.
  }

  /**
   * Whether it goes on until the client has had enough: then it ends as soon as the client has
   * ended its side of the connection. Any other is still sent (RFC 9112, section 9.6).
   */
  default boolean isEndless() {
    return false;
  }
}
