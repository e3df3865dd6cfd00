package dev.tidings.ingest.rest;

import dev.tidings.http.Problem;
import dev.tidings.http.Response;
import dev.tidings.ingest.trace.TraceResult.Hop;
import dev.tidings.service.log.SeldomLog;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends requests for traces to the other ingest nodes. Thread-safe. */
public final class PeerClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PeerClient.class);

  /** More than a trace of the largest campaign; a peer that sends more is not one of ours. */
  private static final long MAX_ANSWER_BYTES = 8 << 20;

  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  private final Duration within;
  private final Optional<Supplier<SSLContext>> tls;
  private final SeldomLog failures = new SeldomLog(log);
  private @Nullable Current current;

  /** What the next request is sent with: one client for each context. */
  private record Current(@Nullable SSLContext context, HttpClient http) {}

  /**
   * Creates a client of the other nodes.
   *
   * @param within the time limit of a response
   * @param tls gives the TLS context for the next request, which decides who is a node; empty
   *     without TLS
   */
  public PeerClient(Duration within, Optional<Supplier<SSLContext>> tls) {
    this.within = within;
    this.tls = tls;
  }

  private synchronized HttpClient http() {
    SSLContext context = tls.map(Supplier::get).orElse(null);
    Current known = current;
    if (known == null || !Objects.equals(known.context(), context)) {
      HttpClient.Builder builder =
          HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(within);
      if (context != null) {
        builder.sslContext(context).sslParameters(new SSLParameters(null, VERSIONS));
      }
      if (known != null) {
        // Requests under way are answered; there are no others.
        known.http().shutdown();
      }
      known = new Current(context, builder.build());
      current = known;
    }
    return known.http();
  }

  /**
   * Returns a node's response to a request without a body, to be passed on unchanged; fails if
   * there is none in time, or it is larger than 8 MiB.
   *
   * @param caller the original caller, as written by {@link Caller}
   * @param credential what it has proved itself by, as written there too, if it had to
   */
  CompletableFuture<Response> ask(
      HostInfo node,
      String method,
      String path,
      Hop hop,
      String caller,
      Optional<String> credential) {
    Map<String, String> fields = new HashMap<>();
    fields.put(GetTrace.FORWARDED.toString(), hop.name());
    fields.put(GetTrace.CALLER.toString(), caller);
    credential.ifPresent(named -> fields.put(GetTrace.CREDENTIAL.toString(), named));
    return send(node, method, path, fields, within);
  }

  /**
   * Returns a node's response to a {@code GET} with some header fields; fails if there is none
   * within a time, after which nothing of it is left.
   */
  public CompletableFuture<Response> ask(
      HostInfo node, String path, Map<String, String> fields, Duration atMost) {
    return send(node, "GET", path, fields, atMost);
  }

  private CompletableFuture<Response> send(
      HostInfo node, String method, String path, Map<String, String> fields, Duration atMost) {
    String scheme = tls.isPresent() ? "https://" : "http://";
    URI uri = URI.create(scheme + Utils.formatAddress(node.host(), node.port()) + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).timeout(atMost);
    fields.forEach(request::header);
    CompletableFuture<HttpResponse<byte[]>> sent =
        http()
            .sendAsync(
                request.build(),
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
    // The request's own timeout ends with the head of the response.
    return sent.copy()
        .orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(PeerClient::passOn)
        .whenComplete((response, failure) -> {
          if (failure != null) {
            sent.cancel(true);
            failures.warn("%s, which has receipts, does not answer: %s".formatted(node, failure));
            log.debug("no answer from {}, which has receipts", uri, failure);
          }
        });
  }

  private static Response passOn(HttpResponse<byte[]> answer) {
    List<AsciiString> fields = new ArrayList<>();
    fields.add(HttpHeaderNames.CONTENT_TYPE);
    fields.add(
        answer
            .headers()
            .firstValue(HttpHeaderNames.CONTENT_TYPE.toString())
            .filter(Problem.MEDIA_TYPE::contentEquals)
            .<AsciiString>map(_ -> Problem.MEDIA_TYPE)
            .orElse(HttpHeaderValues.APPLICATION_JSON));
    answer
        .headers()
        .firstValue(HttpHeaderNames.RETRY_AFTER.toString())
        .ifPresent(seconds -> {
          fields.add(HttpHeaderNames.RETRY_AFTER);
          fields.add(AsciiString.of(seconds));
        });
    return Response.of(
        HttpResponseStatus.valueOf(answer.statusCode()),
        answer.body(),
        fields.toArray(AsciiString[]::new));
  }

  @Override
  public synchronized void close() {
    Current known = current;
    if (known != null) {
      known.http().shutdownNow();
    }
  }
}
