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
 * The registrations that were asked for and not answered yet. One for each app: whoever asks
 * meanwhile waits for the same answer. Thread-safe; never blocks.
 */
public final class Registrations implements AutoCloseable {
  private final JsonFactory json = new JsonFactory();
  private final Duration timeout;
  private final Map<String, CompletableFuture<String>> pending = new ConcurrentHashMap<>();

  public Registrations(Duration timeout) {
    this.timeout = timeout;
  }

  /** The token once the service has answered; the caller sees to it that the request is sent. */
  public CompletableFuture<String> expect(String app) {
    CompletableFuture<String> answer =
        pending.computeIfAbsent(
            app,
            name ->
                new CompletableFuture<String>()
                    .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS));
    return answer.whenComplete((token, failure) -> pending.remove(app, answer));
  }

  /** The apps to ask for, again after a new connection: the answer may have gone with the old. */
  public Set<String> unanswered() {
    return Set.copyOf(pending.keySet());
  }

  /** Takes what the service answered; anything else is ignored. */
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

  /** The request: {@code {"app":…}}. */
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

  /** Gives up on what is unanswered. */
  @Override
  public void close() {
    pending.forEach((app, answer) ->
        answer.completeExceptionally(new IllegalStateException("closed before " + app)));
  }
}
