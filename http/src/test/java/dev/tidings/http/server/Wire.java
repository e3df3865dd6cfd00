package dev.tidings.http.server;

import dev.tidings.http.BodyReader;
import dev.tidings.http.ErrorResponses;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.body.Body;
import dev.tidings.http.body.BodyListener;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.http.exchange.ChannelConnection;
import dev.tidings.http.exchange.ServerLoop;
import dev.tidings.http.limit.Bounds;
import dev.tidings.http.limit.Limits;
import dev.tidings.http.limit.Peers;
import dev.tidings.http.limit.Unread;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** A server's end of one connection without a network, and a client's hand that writes to it. */
final class Wire implements HttpService, ErrorResponses, AutoCloseable {
  static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  static final Duration ANSWER_TIMEOUT = REQUEST_TIMEOUT.plusMillis(500);
  static final Bounds BOUNDS = new Bounds(10, 10, 400, 300);
  static final Duration IDLE_TIMEOUT = Duration.ofMinutes(5);
  static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(20);
  static final int BODY_LIMIT = 4096;
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int FRAME_HEADER = 9;

  /** A frame as in RFC 9113, section 4.1. */
  record Frame(int type, int flags, int stream, ByteBuf payload) {
    boolean endsStream() {
      return (flags & END_STREAM) != 0;
    }

    /** The number at a place in it. */
    int number(int at) {
      return payload.getInt(at);
    }
  }

  /** What the service was given. */
  final class Received implements BodyListener {
    final String method;
    final String path;
    final Exchange exchange;
    final List<String> told = new ArrayList<>();

    Received(Request head, Exchange exchange) {
      this.method = head.method();
      this.path = head.path();
      this.exchange = exchange;
    }

    @Override
    public void complete(byte[] body) {
      completed.add(path);
      told.add("complete " + body.length);
    }

    @Override
    public void tooLarge() {
      told.add("too large");
      exchange.respond(
          Response.of(
              HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
              "long".getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public void noRoom() {
      told.add("no room");
      exchange.respond(Response.of(HttpResponseStatus.TOO_MANY_REQUESTS));
    }

    @Override
    public void aborted() {
      told.add("aborted");
    }

    @Override
    public void timedOut(boolean bodyMissing) {
      told.add(bodyMissing ? "body missing" : "too slow");
    }
  }

  /** The paths of those that came whole, in this order. */
  final List<String> completed = new ArrayList<>();

  final List<Received> requests = new ArrayList<>();
  final EmbeddedChannel channel = new EmbeddedChannel();
  final ServerLoop loop;
  final Peers peers = new Peers(BOUNDS);
  private final AtomicLong nanos = new AtomicLong(1);
  private final DefaultHttp2HeadersEncoder encoder =
      new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE);
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();
  Instant wallClock = Instant.parse("2026-11-06T08:49:37.999Z");
  private int flushes;
  private boolean reads = true;
  private boolean readsOnce;
  private boolean fails;
  private Response refusal;
  private HttpService other;
  private Function<String, Object> order = path -> null;
  private BodyMemory memory = new BodyMemory(1 << 20);

  Wire() {
    this(new Unread(Unread.MOST));
  }

  /** One of several, of whose answers no more is to be left than there is room for. */
  Wire(Unread unread) {
    this(unread, BOUNDS);
  }

  Wire(Unread unread, Bounds bounds) {
    channel.freezeTime();
    loop =
        new ServerLoop(
            channel.eventLoop(),
            nanos::get,
            () -> wallClock,
            new Limits(bounds, REQUEST_TIMEOUT, ANSWER_TIMEOUT, IDLE_TIMEOUT, DRAIN_TIMEOUT),
            unread,
            this,
            this);
    loop.start();
    ChannelConnection.attach(channel, peers.connect(null));
    channel
        .pipeline()
        .addLast(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void flush(ChannelHandlerContext ctx) {
                if (reads || readsOnce) {
                  readsOnce = false;
                  flushes++;
                  ctx.flush();
                }
              }
            });
    channel.pipeline().addLast(new ProtocolDetector(loop, true));
  }

  @Override
  public BodyReader serve(Request head, Exchange exchange) {
    if (fails) {
      throw new IllegalStateException("as it was told to");
    }
    if (other != null) {
      return other.serve(head, exchange);
    }
    Received received = new Received(head, exchange);
    requests.add(received);
    if (refusal != null) {
      exchange.respond(refusal);
      return BodyReader.DROPPED;
    }
    return new Body(BODY_LIMIT, memory, received, order.apply(received.path));
  }

  /** One interface of the port has problems as its errors. */
  @Override
  public ErrorResponses at(String path) {
    return path != null && path.startsWith("/v1/") ? Problem.RESPONSES : this;
  }

  @Override
  public Response malformed(HttpResponseStatus status) {
    return Response.of(status);
  }

  @Override
  public Response failed() {
    return Response.of(HttpResponseStatus.INTERNAL_SERVER_ERROR);
  }

  /** The service fails from now on. */
  void fail() {
    fails = true;
  }

  /** From now on every request is answered by its head alone. */
  void respondAtOnce(Response response) {
    refusal = response;
  }

  /** From now on another service has the requests. */
  void serveBy(HttpService service) {
    other = service;
  }

  /** From now on requests are taken in the order that is told by their paths. */
  void order(Function<String, Object> by) {
    order = by;
  }

  /** From now on bodies in several parts have so much memory. */
  void memory(long bytes) {
    memory = new BodyMemory(bytes);
  }

  /** Bytes taken of it. */
  long memoryTaken() {
    return memory.taken();
  }

  /** The client reads no more: nothing that is written leaves. */
  void readNothing() {
    reads = false;
  }

  /** The client reads again. */
  void readAgain() {
    reads = true;
    channel.flush();
    run();
  }

  /** The client reads what was written until now. */
  void readOnce() {
    readsOnce = true;
    channel.flush();
    run();
  }

  int flushes() {
    return flushes;
  }

  void write(String text) {
    write(text.getBytes(StandardCharsets.US_ASCII));
  }

  void write(byte[] bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes));
  }

  /** Begins HTTP/2 and forgets what is answered to that. */
  void hello() {
    write(ByteBufUtil.getBytes(Http2CodecUtil.connectionPrefaceBuf()));
    write(SETTINGS, 0, 0, new byte[0]);
    frames();
  }

  void write(int type, int flags, int stream, byte[] payload) {
    write(frame(type, flags, stream, payload));
  }

  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    ByteBuf frame = Unpooled.buffer();
    frame.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream);
    return ByteBufUtil.getBytes(frame.writeBytes(payload));
  }

  byte[] headersFrame(int stream, String method, boolean end) {
    return headersFrame(stream, end, request(method, "/3/" + stream));
  }

  static Http2Headers request(String method, String path) {
    return new DefaultHttp2Headers(false).method(method).scheme("http").authority("x").path(path);
  }

  byte[] headersFrame(int stream, boolean end, Http2Headers headers) {
    ByteBuf block = Unpooled.buffer();
    try {
      encoder.encodeHeaders(stream, headers, block);
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
    return frame(
        HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, ByteBufUtil.getBytes(block));
  }

  /** A whole request. */
  void request(int stream) {
    write(headersFrame(stream, "POST", false));
    data(stream, 2, true);
  }

  void data(int stream, int length, boolean end) {
    write(DATA, end ? END_STREAM : 0, stream, new byte[length]);
  }

  /** The status of an answer in HTTP/2. */
  String status(Frame headers) {
    return String.valueOf(head(headers).status());
  }

  /** Decodes what has to be decoded once, in order. */
  Http2Headers head(Frame headers) {
    try {
      return decoder.decodeHeaders(headers.stream(), headers.payload());
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** What was sent since the last time, in HTTP/1.1. */
  String text() {
    return new String(bytes(), StandardCharsets.US_ASCII);
  }

  /** What was sent since the last time, but for what a client has no use for in a test. */
  List<Frame> frames() {
    List<Frame> all = everyFrame();
    all.removeIf(frame -> frame.type() > RST_STREAM && frame.type() != GOAWAY);
    return all;
  }

  /** What was sent since the last time. */
  List<Frame> everyFrame() {
    ByteBuf all = Unpooled.wrappedBuffer(bytes());
    List<Frame> frames = new ArrayList<>();
    while (all.readableBytes() >= FRAME_HEADER) {
      int length = all.readMedium();
      int type = all.readByte();
      int flags = all.readByte();
      int stream = all.readInt();
      ByteBuf payload = all.readSlice(length);
      frames.add(new Frame(type, flags, stream, payload));
    }
    return frames;
  }

  private byte[] bytes() {
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.writeBytes(part);
      part.release();
    }
    return ByteBufUtil.getBytes(all);
  }

  /** The client goes away. */
  void hangUp() {
    channel.unsafe().close(channel.voidPromise());
    run();
  }

  /** Runs what was given to the event loop. */
  void run() {
    channel.runPendingTasks();
  }

  /** Lets time go by. */
  void pass(Duration time) {
    for (Duration left = time; left.isPositive(); left = left.minusMillis(100)) {
      nanos.addAndGet(Duration.ofMillis(100).toNanos());
      channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
      channel.runScheduledPendingTasks();
      channel.runPendingTasks();
    }
  }

  @Override
  public void close() {
    reads = true;
    channel.close();
    channel.finishAndReleaseAll();
  }
}
