package dev.tidings.service.tls;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;

/** What TLS takes in the pipeline of a connection, on every listener. */
public final class TlsHandlers {
  private TlsHandlers() {}

  /** Puts it at the end of a pipeline. */
  public static void install(ChannelPipeline pipeline, SslContext tls, CloseNotify closing) {
    pipeline
        .addLast(new AlpnGate(tls.applicationProtocolNegotiator().protocols()))
        .addLast(tls.newHandler(pipeline.channel().alloc()))
        .addLast(closing);
  }
}
