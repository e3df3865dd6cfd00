package dev.tidings.ingest.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes the body of one request as it comes, in the event loop of its connection. After {@link
 * #end} or {@link #aborted} no more parts come; a part that comes after the answer is dropped.
 */
public interface BodyReader {
  /** Drops what comes: of a request that is answered. */
  BodyReader DROPPED =
      new BodyReader() {
        @Override
        public void part(ByteBuf part, boolean last) {
          // Of no use.
        }

        @Override
        public void end() {
          // It was answered.
        }

        @Override
        public void aborted() {
          // It was answered.
        }

        @Override
        public void timedOut() {
          // It was answered.
        }
      };

  /**
   * The next part. The buffer is lent until this returns.
   *
   * @param last whether {@link #end} follows at once
   */
  void part(ByteBuf part, boolean last);

  /** All of it has come. */
  void end();

  /**
   * Requests of a connection for which this is equal are handed on, which is to say {@link #end}ed,
   * in the order in which they began; null for those that wait for no other.
   */
  default @Nullable Object order() {
    return null;
  }

  /** The client went away; nobody reads an answer any more. */
  void aborted();

  /** The request has taken too long and is not answered yet: it is to be answered now. */
  void timedOut();
}
