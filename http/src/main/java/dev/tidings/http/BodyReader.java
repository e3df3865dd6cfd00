package dev.tidings.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Receives the body of one request as it arrives, in the event loop of its connection. After {@link
 * #end} or {@link #aborted} no more parts follow; parts that arrive after the response are dropped.
 */
public interface BodyReader {
  /** Ignores the rest of a request that has been answered. */
  BodyReader DROPPED =
      new BodyReader() {
        @Override
        public void part(ByteBuf part, boolean last) {
          // The response does not depend on it.
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
   * Requests of a connection with an equal key are completed ({@link #end}) in the order in which
   * they began; null for those that wait for no other.
   */
  default @Nullable Object order() {
    return null;
  }

  /** The client went away; nobody reads a response any more. */
  void aborted();

  /** The request has taken too long and is not answered yet: it has to be answered now. */
  void timedOut();
}
