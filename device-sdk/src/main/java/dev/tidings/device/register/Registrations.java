package dev.tidings.device.register;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.device.thread.Timers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The registrations that were requested and not answered yet. One for each app: further callers
 * wait for the same answer. Thread-safe; never blocks.
 */
public final class Registrations implements AutoCloseable {
  private final JsonFactory json = new JsonFactory();
  private final Duration timeout;
  private final Hints hints;
  private final Map<String, CompletableFuture<String>> pending = new ConcurrentHashMap<>();

  /**
   * @param hints sent with each registration
   */
  public Registrations(Duration timeout, Hints hints) {
    this.timeout = timeout;
    this.hints = hints;
  }

  /** Returns a future of the token; the caller must send the request. */
  public CompletableFuture<String> expect(String app) {
    CompletableFuture<String> answer =
        pending.computeIfAbsent(app, name -> Timers.failAfter(new CompletableFuture<>(), timeout));
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

  /** Returns the request to register: {@code {"app":…,"locale":…,"timeZone":…}}. */
  public byte[] registration(String app) {
    return request(app, hints);
  }

  /** Returns another request about an app: {@code {"app":…}}. */
  public byte[] request(String app) {
    return request(app, Hints.NONE);
  }

  private byte[] request(String app, Hints with) {
    @Nullable String locale = with.locale().map(Locale::toLanguageTag).orElse(null);
    @Nullable String zone = with.timeZone().map(ZoneId::getId).orElse(null);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = json.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("app", app);
      if (locale != null) {
        out.writeStringField("locale", locale);
      }
      if (zone != null) {
        out.writeStringField("timeZone", zone);
      }
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
