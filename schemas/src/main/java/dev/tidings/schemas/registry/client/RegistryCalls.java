package dev.tidings.schemas.registry.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tidings.schemas.registry.config.RegistryConfig;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the registries in turn, and retries as configured while none of them answers.
 * Thread-safe; blocks.
 */
final class RegistryCalls implements AutoCloseable {
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int MAX_ANSWER_BYTES = 4 * 1024 * 1024;

  private final RegistryConfig config;
  private final HttpClient http;
  private final ObjectMapper json = JsonMapper.builder().build();
  private final LongAdder unanswered = new LongAdder();

  RegistryCalls(RegistryConfig config) {
    this.config = config;
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(config.requestTimeout());
    this.http = config.tls() == null ? builder.build() : builder.sslContext(config.tls()).build();
  }

  /**
   * A request to a registry.
   *
   * @param what the subject of the request, for messages
   * @param isAnswer distinguishes a registry's answer from a response of a proxy, or of a registry
   *     that is starting, with the same status
   */
  record Call(
      String what,
      String method,
      String path,
      @Nullable String body,
      Predicate<JsonNode> isAnswer) {}

  /** How long to retry. */
  enum Persistence {
    /** Asks each registry once. */
    ONCE,
    /** Retries until one of them can be reached, or the retries are used up. */
    UNTIL_REACHED,
    /** Also retries while the registries that can be reached do not know the subject or schema. */
    UNTIL_KNOWN
  }

  /** The result of one attempt. */
  private sealed interface Attempt {
    record Answered(JsonNode answer) implements Attempt {}

    record Failed(RegistryException failure) implements Attempt {}
  }

  JsonNode ask(Call call, Persistence persistence) {
    int rounds = persistence == Persistence.ONCE ? 1 : Math.ceilDiv(config.retries() + 1, urls());
    long wait = config.retryWait().toMillis();
    for (int round = 1; ; round++) {
      RegistryException failure = null;
      for (URI base : config.urls()) {
        switch (attempt(base, call)) {
          case Attempt.Answered(JsonNode answer) -> {
            return answer;
          }
          case Attempt.Failed(RegistryException next) -> failure = weightier(failure, next);
        }
      }
      boolean again =
          switch (failure) {
            case RegistryException.Unavailable away -> {
              unanswered.increment();
              yield true;
            }
            case RegistryException.Refused no ->
                persistence == Persistence.UNTIL_KNOWN && no.isUnknown();
            case null -> throw new IllegalStateException("no registry to ask");
          };
      if (!again || round >= rounds) {
        throw failure;
      }
      pause(call, wait);
      wait = Math.min(2 * wait, config.maxRetryWait().toMillis());
    }
  }

  /** Returns how often all registries were asked, and none answered. */
  long unanswered() {
    return unanswered.sum();
  }

  private int urls() {
    return config.urls().size();
  }

  /**
   * Returns the more significant failure: a registry's own answer counts more than the absence of
   * another registry.
   */
  private static RegistryException weightier(
      @Nullable RegistryException one, RegistryException other) {
    if (one == null || (one instanceof RegistryException.Refused no && !no.isAboutSchema())) {
      return other;
    }
    boolean otherIsAWord = other instanceof RegistryException.Refused no && no.isAboutSchema();
    return one instanceof RegistryException.Unavailable && otherIsAWord ? other : one;
  }

  private Attempt attempt(URI base, Call call) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    CompletableFuture<HttpResponse<Void>> exchange =
        http.sendAsync(
            request(base, call),
            BodyHandlers.ofByteArrayConsumer(part ->
                part.ifPresent(bytes -> {
                  if (body.size() <= MAX_ANSWER_BYTES) {
                    body.writeBytes(bytes);
                  }
                })));
    try {
      // The timeout of the request covers only the head of the response.
      HttpResponse<Void> response =
          exchange.get(2 * config.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
      return answered(base, call, response.statusCode(), body);
    } catch (ExecutionException | TimeoutException e) {
      exchange.cancel(true);
      return new Attempt.Failed(
          new RegistryException.Unavailable(
              call.what() + ": the schema registry at " + base + ' ' + problem(e), e));
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw new RegistryException.Unavailable(call.what() + ": interrupted", e);
    }
  }

  private static String problem(Exception e) {
    for (Throwable each = e.getCause(); each != null; each = each.getCause()) {
      if (each instanceof SSLException) {
        return "has failed in TLS: "
            + each.getMessage()
            + " (expected: a certificate for this host, of an authority in "
            + RegistryConfig.TRUST_STORE
            + " or known to Java)";
      }
    }
    return "does not answer";
  }

  private Attempt answered(URI base, Call call, int status, ByteArrayOutputStream body) {
    if (status / 100 == 2) {
      if (body.size() > MAX_ANSWER_BYTES) {
        throw new UnreadableRecordException(
            call.what() + ": more than " + MAX_ANSWER_BYTES + " bytes");
      }
      return read(body)
          .filter(call.isAnswer())
          .<Attempt>map(Attempt.Answered::new)
          .orElseGet(() -> unavailable(base, call, status + " with something else than that"));
    }
    if (status >= 500 || status == 429) {
      return unavailable(base, call, Integer.toString(status));
    }
    JsonNode error = read(body).orElseGet(MissingNode::getInstance);
    return new Attempt.Failed(
        new RegistryException.Refused(
            call.what(),
            status,
            error.path("error_code").asInt(),
            error.path("message").asText("no reason given")));
  }

  private static Attempt unavailable(URI base, Call call, String answer) {
    return new Attempt.Failed(
        new RegistryException.Unavailable(
            call.what() + ": the schema registry at " + base + " answered " + answer));
  }

  private Optional<JsonNode> read(ByteArrayOutputStream body) {
    try {
      return Optional.of(json.readTree(body.toString(StandardCharsets.UTF_8)));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private HttpRequest request(URI base, Call call) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + call.path()))
            .timeout(config.requestTimeout())
            .header("Accept", CONTENT_TYPE)
            .header("Content-Type", CONTENT_TYPE)
            .method(
                call.method(),
                call.body() == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(call.body()));
    if ("http".equals(base.getScheme())) {
      // Otherwise the client would offer an upgrade to HTTP/2, and some registries then drop the
      // body.
      request.version(HttpClient.Version.HTTP_1_1);
    }
    if (config.authorization() != null) {
      request.header("Authorization", config.authorization());
    }
    return request.build();
  }

  private static void pause(Call call, long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException.Unavailable(call.what() + ": interrupted", e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
