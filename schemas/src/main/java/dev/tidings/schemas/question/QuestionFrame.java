package dev.tidings.schemas.question;

import java.nio.ByteBuffer;

/**
 * How a question comes to a delivery node's internal port: a PROXY protocol header (v2) with a
 * field of our own, so that it is told from a relayed device, and then the question behind its
 * length. The answer comes back behind its length, and the connection ends.
 */
public final class QuestionFrame {
  /** The fourth type that the PROXY protocol reserves for applications marks a question. */
  public static final byte FIELD = (byte) 0xE3;

  /** The one protocol spoken within TLS on the internal port, for ALPN. */
  public static final String TLS_PROTOCOL = "tidings-node";

  /** A question is no longer: it may name thousands of apps. */
  public static final int MOST_QUESTION_BYTES = 128 << 10;

  /** An answer is no longer. */
  public static final int MOST_ANSWER_BYTES = 2 << 20;

  private static final byte[] SIGNATURE = {
    '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
  };
  private static final byte PROXY = 0x21;
  private static final byte TCP_OVER_IPV4 = 0x11;

  /** Two addresses and two ports, none of which is of use. */
  private static final int ADDRESSES = 12;

  private static final byte VERSION = 1;
  private static final int FIELD_BYTES = 4;

  private QuestionFrame() {}

  /** Returns what goes over the connection. */
  public static byte[] of(byte[] question) {
    int fields = ADDRESSES + FIELD_BYTES;
    return ByteBuffer.allocate(SIGNATURE.length + 4 + fields + Integer.BYTES + question.length)
        .put(SIGNATURE)
        .put(PROXY)
        .put(TCP_OVER_IPV4)
        .putShort((short) fields)
        .put(new byte[ADDRESSES])
        .put(FIELD)
        .putShort((short) 1)
        .put(VERSION)
        .putInt(question.length)
        .put(question)
        .array();
  }
}
