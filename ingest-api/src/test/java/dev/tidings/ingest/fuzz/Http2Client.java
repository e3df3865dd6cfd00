package dev.tidings.ingest.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A client that writes the frames it is told to and reads until one it waits for: what a real
 * client would never send has to be written by hand. Frames as in RFC 9113, section 4.1.
 */
final class Http2Client implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  private static final int WAIT_MILLIS = 60_000;
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Socket socket;
  private final DataInputStream in;
  // Its table belongs to this connection.
  private final DefaultHttp2HeadersEncoder encoder =
      new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE);
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

  Http2Client(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(WAIT_MILLIS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  void hello() throws IOException {
    write(Noise.joined(PREFACE, frame(SETTINGS, 0, 0, new byte[0])));
  }

  static byte[] preface() {
    return Noise.joined(PREFACE, frame(SETTINGS, 0, 0, new byte[0]));
  }

  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    int length = payload.length;
    frame.writeBytes(new byte[] {(byte) (length >> 16), (byte) (length >> 8), (byte) length});
    frame.write(type);
    frame.write(flags);
    frame.writeBytes(number(stream));
    frame.writeBytes(payload);
    return frame.toByteArray();
  }

  static byte[] number(int number) {
    return new byte[] {
      (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number
    };
  }

  /** A block of compressed headers. */
  byte[] block(int stream, List<Map.Entry<String, String>> headers) {
    Http2Headers all = new DefaultHttp2Headers(false);
    headers.forEach(header -> all.add(header.getKey(), header.getValue()));
    ByteBuf block = Unpooled.buffer();
    try {
      encoder.encodeHeaders(stream, all, block);
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
    return ByteBufUtil.getBytes(block);
  }

  void headers(int stream, List<Map.Entry<String, String>> headers, boolean end)
      throws IOException {
    write(frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(stream, headers)));
  }

  void data(int stream, byte[] data, boolean end) throws IOException {
    write(frame(DATA, end ? END_STREAM : 0, stream, data));
  }

  void reset(int stream, int code) throws IOException {
    write(frame(RST_STREAM, 0, stream, number(code)));
  }

  /**
   * Reads until the answer of a stream, taking note of the headers of every other.
   *
   * @return its status, or what ended it, such as {@code RST_STREAM 7} or {@code GOAWAY 1}
   */
  String answer(int stream) throws IOException {
    while (true) {
      int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int of = in.readInt() & 0x7fffffff;
      byte[] payload = in.readNBytes(length);
      if (payload.length < length) {
        throw new EOFException("frame cut off");
      }
      switch (type) {
        case SETTINGS -> {
          if ((flags & ACK) == 0) {
            write(frame(SETTINGS, ACK, 0, new byte[0]));
          }
        }
        case HEADERS -> {
          String status = status(of, payload);
          if (of == stream && !status.startsWith("1")) {
            return status;
          }
        }
        case RST_STREAM -> {
          if (of == stream) {
            return "RST_STREAM " + payload[3];
          }
        }
        case GOAWAY -> {
          if (payload[7] != 0) {
            return "GOAWAY "
                + payload[7]
                + " "
                + new String(payload, 8, payload.length - 8, StandardCharsets.ISO_8859_1);
          }
        }
        default -> {
          // Of no interest here.
        }
      }
    }
  }

  private String status(int stream, byte[] block) {
    try {
      return String.valueOf(decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(block)).status());
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Says that nothing more comes, and reads whatever does until the server closes, too. */
  void untilClosed() throws IOException {
    socket.shutdownOutput();
    byte[] buffer = new byte[4096];
    while (in.read(buffer) >= 0) {
      // Dropped.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
