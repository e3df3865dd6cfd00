package dev.tidings.net.tls.handler;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.OptionalSslHandler;
import io.netty.handler.ssl.SslContext;
import java.util.function.Supplier;

/** Adds the TLS handlers to the pipeline of a connection, the same on every listener. */
public final class TlsHandlers {
  private TlsHandlers() {}

  /**
   * Adds the handlers at the end of a pipeline.
   *
   * @param contexts gives the context for a new connection
   */
  public static void install(
      ChannelPipeline pipeline, Supplier<SslContext> contexts, CloseNotify closing) {
    SslContext tls = contexts.get();
    addTurns(pipeline, closing);
    pipeline
        .addLast(new AlpnGate(tls.applicationProtocolNegotiator().protocols()))
        .addLast(tls.newHandler(pipeline.channel().alloc()))
        .addLast(closing);
  }

  /**
   * The same for a listener on which some peers do not speak TLS: the first bytes of each
   * connection decide. Until then, and without TLS, no handler of TLS is in the pipeline.
   */
  public static void installOptional(
      ChannelPipeline pipeline, Supplier<SslContext> contexts, CloseNotify closing) {
    addTurns(pipeline, closing);
    pipeline.addLast(new OptionalSslHandler(contexts.get())).addLast(closing);
  }

  private static void addTurns(ChannelPipeline pipeline, CloseNotify closing) {
    if (closing == CloseNotify.ENDS_HALF) {
      pipeline.addLast(new RecordsInTurn());
    }
  }
}
