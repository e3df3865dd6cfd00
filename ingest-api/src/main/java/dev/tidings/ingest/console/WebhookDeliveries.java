package dev.tidings.ingest.console;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.decide.Webhooks;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.ingest.webhook.attempt.WebhookAttempt;
import dev.tidings.ingest.webhook.attempt.WebhookHistory;
import dev.tidings.schemas.avro.Webhook;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/admin/webhooks/{id}/deliveries}: what a webhook was sent last, as far as this
 * process has sent it, and since when it takes nothing, which is on record.
 */
final class WebhookDeliveries {
  private static final String PATH = "/v1/admin/webhooks/{id}/deliveries";

  private final ControlEntries entries;
  private final WebhookHistory history;

  WebhookDeliveries(ControlEntries entries, WebhookHistory history) {
    this.entries = entries;
    this.history = history;
  }

  AdminOperation operation() {
    return AdminOperation.of("GET", PATH, this::answer);
  }

  private Response answer(AdminRequest request) throws InterruptedException {
    request.query();
    String id = request.parameter("id");
    Webhook webhook = Webhooks.find(entries, id);
    @Nullable Instant failing = failingSince(id);
    boolean served = history.isServed(id);
    List<WebhookAttempt> attempts = history.attempts(id);
    return JsonAnswer.ok(out -> {
      out.writeStringField("webhook", id);
      out.writeBooleanField("enabled", webhook.getDisabledSince() == null);
      JsonAnswer.text(out, "disabledSince", webhook.getDisabledSince());
      JsonAnswer.text(out, "disabledWhy", webhook.getDisabledWhy());
      JsonAnswer.text(out, "failingSince", failing);
      out.writeBooleanField("servedHere", served);
      out.writeArrayFieldStart("deliveries");
      for (WebhookAttempt attempt : attempts) {
        write(out, attempt);
      }
      out.writeEndArray();
    });
  }

  private @Nullable Instant failingSince(String id) throws InterruptedException {
    try {
      return history.failingSince(id).orElse(null);
    } catch (KafkaException e) {
      throw new BadRequestException(
          HttpResponseStatus.SERVICE_UNAVAILABLE,
          new InvalidValueException("webhook", id, "a log that answers"));
    }
  }

  private static void write(JsonGenerator out, WebhookAttempt attempt) throws IOException {
    out.writeStartObject();
    JsonAnswer.text(out, "at", attempt.at());
    out.writeNumberField("tookMillis", attempt.took().toMillis());
    out.writeNumberField("events", attempt.events());
    out.writeBooleanField("taken", attempt.isTaken());
    if (attempt.status().isPresent()) {
      out.writeNumberField("status", attempt.status().getAsInt());
    } else {
      out.writeNullField("status");
    }
    JsonAnswer.text(out, "failure", attempt.failure().orElse(null));
    JsonAnswer.text(out, "nextAt", attempt.nextAt().orElse(null));
    out.writeEndObject();
  }
}
