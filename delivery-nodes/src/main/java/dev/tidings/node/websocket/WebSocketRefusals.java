package dev.tidings.node.websocket;

import dev.tidings.net.limit.ClientAddress;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs the requests that open no WebSocket. Thread-safe. */
final class WebSocketRefusals {
  private static final Logger log = LoggerFactory.getLogger(WebSocketRefusals.class);

  private final Map<HttpResponseStatus, Counter> counters = new HashMap<>();
  private final Counter others;

  WebSocketRefusals(MeterRegistry registry) {
    counters.put(HttpResponseStatus.FORBIDDEN, counter("origin", registry));
    counters.put(HttpResponseStatus.NOT_FOUND, counter("path", registry));
    this.others = counter("request", registry);
  }

  private static Counter counter(String reason, MeterRegistry registry) {
    return Counter.builder("tidings.node.websocket.refused")
        .description("Requests that opened no WebSocket, by what was not acceptable")
        .tag("reason", reason)
        .register(registry);
  }

  void refused(Channel channel, WebSocketRequest.Refused refusal) {
    counters.getOrDefault(refusal.status(), others).increment();
    log.debug(
        "{}: WebSocket refused with {}: {}",
        ClientAddress.of(channel),
        refusal.status().code(),
        refusal.why());
  }
}
