package dev.tidings.http;

/**
 * Receives the body of a request whose {@link StreamingResponse} is written meanwhile: parts go on
 * coming after the response was given. The client sends no more than was consumed: whoever keeps
 * parts of the body bounds by {@link Exchange#consumed} how much that is. While it is the client
 * that has to send something, {@link #progress} changes within the time for a request.
 *
 * <p>{@link #end} and {@link #aborted} are called whatever was answered, one of them once. After
 * {@link #timedOut}, which is told when the client sends nothing for too long, {@code aborted}
 * follows when all is over. The response that is given has to be a streaming one, before {@link
 * HttpService#serve} returns.
 */
public interface StreamedReader extends BodyReader {
  /**
   * Returns whether the client may wait for something of the response before it sends more: its
   * time stands still.
   */
  boolean owesAnswer();

  /**
   * Returns a number that changes when a whole of what the body consists of has come, and when the
   * next begins: for each the client has the time for a request, however many parts it comes in.
   */
  long progress();
}
