package dev.tidings.bench.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidings.bench.measure.Stamp;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One request that does not end, with a notification in each line; the answer has a line for each.
 * Confined to its event loop.
 */
final class LineConnection extends SimpleChannelInboundHandler<HttpObject> {
  private static final byte[] START = bytes("{\"target\":{\"token\":\"");
  private static final byte[] ACCEPTED = bytes("\"status\":202");
  private static final int LONGEST_ANSWER = 16 << 10;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final String authority;
  private final Optional<String> authorization;
  private final byte[] middle;
  private final byte[] payload;
  private final SendLog sendLog;
  private final Runnable onCredit;
  private final Queue<Sent> unanswered = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf out;
  private @Nullable ByteBuf rest;
  private boolean begun;

  private record Sent(int device, int sequence, long meant) {}

  /**
   * @param authorization the header; empty for none
   */
  LineConnection(
      String authority,
      String app,
      Optional<String> authorization,
      int payloadBytes,
      SendLog sendLog,
      Runnable onCredit) {
    this.authority = authority;
    this.authorization = authorization;
    this.middle = bytes("\"},\"app\":\"" + app + "\",\"payload\":");
    this.payload = Stamp.payload(payloadBytes);
    this.sendLog = sendLog;
    this.onCredit = onCredit;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    context = active;
  }

  private HttpRequest head() {
    HttpRequest head =
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/v1/notifications");
    head.headers()
        .set(HttpHeaderNames.HOST, authority)
        .set(HttpHeaderNames.CONTENT_TYPE, "application/x-ndjson")
        .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    authorization.ifPresent(value -> head.headers().set(HttpHeaderNames.AUTHORIZATION, value));
    return head;
  }

  boolean canSend() {
    ChannelHandlerContext current = context;
    return current != null && current.channel().isWritable();
  }

  int unanswered() {
    return unanswered.size();
  }

  /** Sends a line with the next {@link #flush}. May be called only if {@link #canSend}. */
  void send(int device, int sequence, byte[] token, long meant) {
    ByteBuf line = out;
    if (line == null) {
      line = channel().alloc().ioBuffer(64 << 10);
      out = line;
    }
    Stamp.write(payload, device, sequence, meant);
    line.writeBytes(START).writeBytes(token).writeBytes(middle).writeBytes(payload);
    line.writeByte('}').writeByte('\n');
    unanswered.add(new Sent(device, sequence, meant));
    sendLog.sent();
  }

  /** The request begins with the first lines: from then on it may take only so long to arrive. */
  void flush() {
    ByteBuf lines = out;
    if (lines != null) {
      out = null;
      if (!begun) {
        begun = true;
        channel().write(head(), channel().voidPromise());
      }
      channel().writeAndFlush(new DefaultHttpContent(lines), channel().voidPromise());
    }
  }

  void close() {
    if (context != null) {
      context.close();
    }
  }

  private Channel channel() {
    ChannelHandlerContext current = context;
    if (current == null) {
      throw new IllegalStateException("not connected");
    }
    return current.channel();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext active, HttpObject message) {
    if (message instanceof HttpResponse response
        && !response.status().equals(HttpResponseStatus.OK)) {
      sendLog.refused(-1, -1, response.status().toString());
      active.close();
    } else if (message instanceof HttpContent content) {
      read(active, content.content());
    }
  }

  private void read(ChannelHandlerContext active, ByteBuf in) {
    ByteBuf all = rest == null ? active.alloc().buffer(LONGEST_ANSWER) : rest;
    rest = null;
    all.writeBytes(in);
    long now = System.nanoTime();
    for (int length = all.bytesBefore((byte) '\n');
        length >= 0;
        length = all.bytesBefore((byte) '\n')) {
      answered(all, length, now);
      all.skipBytes(length + 1);
    }
    if (all.isReadable()) {
      rest = all.discardReadBytes();
    } else {
      all.release();
    }
  }

  private void answered(ByteBuf in, int length, long now) {
    Sent sent = unanswered.poll();
    if (sent == null) {
      sendLog.refused(-1, -1, reason(in, length));
    } else if (hasStatus(in, length)) {
      sendLog.accepted(sent.meant(), now);
    } else {
      sendLog.refused(sent.device(), sent.sequence(), reason(in, length));
    }
  }

  /** Leaves out what is different in each line, as its number. */
  private static String reason(ByteBuf in, int length) {
    try {
      JsonNode line = JSON.readTree(in.toString(in.readerIndex(), length, StandardCharsets.UTF_8));
      JsonNode problem = line.path("problem");
      return "%d %s: %s"
          .formatted(
              line.path("status").asInt(),
              problem.path("title").asText(),
              problem.path("detail").asText());
    } catch (JsonProcessingException e) {
      return "an answer that is no JSON";
    }
  }

  /** Looks for it behind the number of the line, which has no more than ten digits. */
  private static boolean hasStatus(ByteBuf in, int length) {
    int comma = in.indexOf(in.readerIndex(), in.readerIndex() + length, (byte) ',');
    if (comma < 0 || comma + ACCEPTED.length >= in.readerIndex() + length) {
      return false;
    }
    for (int i = 0; i < ACCEPTED.length; i++) {
      if (in.getByte(comma + 1 + i) != ACCEPTED[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext active) {
    if (active.channel().isWritable()) {
      onCredit.run();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext active) {
    for (Sent sent = unanswered.poll(); sent != null; sent = unanswered.poll()) {
      sendLog.refused(sent.device(), sent.sequence(), "connection lost");
    }
    context = null;
    if (out != null) {
      out.release();
      out = null;
    }
    if (rest != null) {
      rest.release();
      rest = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext active, Throwable cause) {
    sendLog.refused(-1, -1, String.valueOf(cause));
    active.close();
  }
}
