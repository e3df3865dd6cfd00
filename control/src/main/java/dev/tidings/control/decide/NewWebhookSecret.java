package dev.tidings.control.decide;

import dev.tidings.control.ControlChange;
import dev.tidings.control.credential.WebhookSecret;
import dev.tidings.schemas.avro.Webhook;

/**
 * A new webhook, or one that has another secret.
 *
 * @param secret for its owner, once
 */
public record NewWebhookSecret(ControlChange<Webhook> change, WebhookSecret secret) {}
