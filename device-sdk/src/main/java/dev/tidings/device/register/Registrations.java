package dev.tidings.device.register;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The registrations that were requested and not answered yet. One for each app: further callers
 * wait for the same answer. Thread-safe; never blocks.
 */
public final class Registrations implements AutoCloseable {
  private final JsonFactory json = new JsonFactory();
  private final Duration timeout;
  private final Map<String, CompletableFuture<String>> pending = new ConcurrentHashMap<>();

  public Registrations(Duration timeout) {
    this.timeout = timeout;
  }

  /** Returns a future of the token; the caller must send the request. */
  public CompletableFuture<String> expect(String app) {
    CompletableFuture<String> answer =
        pending.computeIfAbsent(
            app,
            name ->
                new CompletableFuture<String>()
                    .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS));
    return answer.whenComplete((token, failure) -> pending.remove(app, answer));
  }

  /**
   * Returns the apps without an answer, to be requested again on a new connection: the answer may
   * have been lost with the old one.
   */
  public Set<String> unanswered() {
    return Set.copyOf(pending.keySet());
  }

  /** Handles an answer of the service; anything else is ignored. */
  public void answered(byte[] payload) {
    Answer.read(json, payload).ifPresent(this::complete);
  }

  private void complete(Answer answer) {
    CompletableFuture<String> asked = pending.get(answer.app());
    if (asked == null) {
      return;
    }
    if (answer.token() != null) {
      asked.complete(answer.token());
    } else {
      String reason = answer.error() == null ? "no reason given" : answer.error();
      asked.completeExceptionally(new RegistrationException(answer.app(), reason));
    }
  }

  /** Returns the request: {@code {"app":…}}. */
  public byte[] request(String app) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = json.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("app", app);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be written to", e);
    }
    return bytes.toByteArray();
  }

  /** Fails all unanswered registrations. */
  @Override
  public void close() {
    pending.forEach((app, answer) ->
        answer.completeExceptionally(new IllegalStateException("closed before " + app)));
  }
}
