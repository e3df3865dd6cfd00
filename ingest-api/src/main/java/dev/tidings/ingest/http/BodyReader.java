package dev.tidings.ingest.http;

import io.netty.buffer.ByteBuf;

/**
 * Takes the body of one request as it comes, in the event loop of its connection. After {@link
 * #end} or {@link #aborted} no more parts come; a part that comes after the answer is dropped.
 */
public interface BodyReader {
  /** The next part. The buffer is lent until this returns. */
  void part(ByteBuf part);

  /** All of it has come. */
  void end();

  /** The client went away; nobody reads an answer any more. */
  void aborted();

  /** The request has taken too long and is not answered yet: it is to be answered now. */
  void timedOut();
}
