package dev.tidings.ingest;

import dev.tidings.ingest.webhook.WebhookService.Rules;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The settings of webhooks. */
final class WebhookSettings {
  static final Setting<Boolean> ENABLED =
      Setting.bool(
          "webhooks",
          false,
          "Whether this process sends receipts to the webhooks that administrators enter.");
  static final Setting<List<String>> HOSTS =
      Setting.list(
          "webhooks.hosts",
          List.of(),
          "Hosts of webhooks that may have private addresses, and be asked by http; all others need"
              + " https and public addresses.");
  static final Setting<Duration> TIMEOUT =
      Setting.duration(
          "webhooks.timeout",
          Duration.ofSeconds(15),
          Duration.ofMillis(100),
          Duration.ofHours(1),
          "How long a webhook has to answer a request.");
  static final Setting<Duration> PATIENCE =
      Setting.duration(
          "webhooks.patience",
          Duration.ofDays(1),
          Duration.ofMinutes(1),
          Duration.ofDays(3_650),
          "How long a webhook may fail before it is switched off.");

  private WebhookSettings() {}

  static boolean isOn(Config config) {
    return config.get(ENABLED);
  }

  static Rules rules(Config config) {
    return new Rules(Set.copyOf(config.get(HOSTS)), config.get(TIMEOUT), config.get(PATIENCE));
  }
}
