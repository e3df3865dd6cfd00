package dev.tidings.http;

/**
 * Writes the body of one streaming response. It is used within the calls of its {@link
 * ResponseSource}; only {@link #wake} may be called at any time and from any thread.
 */
public interface BodyWriter {
  /** The largest part. */
  int MAX_PART_BYTES = 64 * 1024;

  /**
   * Whether more may be written now. It may not while too much of what was written has not been
   * sent, because the client reads slowly, and not after the end.
   */
  boolean isWritable();

  /**
   * Writes a part, without copying it: the array is the writer's from now on.
   *
   * @return whether more may be written now; if not, {@link ResponseSource#produce} is called as
   *     soon as there is room again
   * @throws IllegalStateException if nothing may be written now
   * @throws IllegalArgumentException if the part is larger than {@link #MAX_PART_BYTES}
   */
  boolean write(byte[] part);

  /** Ends the body; what was written is still sent. Idempotent. */
  void end();

  /**
   * Ends the body with a last part, whether or not there is room for it: it is kept until the
   * client has read what comes before it, so it has to be small. Nothing happens after the end.
   */
  void end(byte[] last);

  /**
   * Has {@link ResponseSource#produce} called if the body is writable, or as soon as it is. From
   * any thread.
   */
  void wake();
}
