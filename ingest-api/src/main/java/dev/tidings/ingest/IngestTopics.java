package dev.tidings.ingest;

import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.config.Config;
import dev.tidings.service.start.TopicAccess;
import java.util.ArrayList;
import java.util.List;

/** The topics that the service needs, as it is configured. */
final class IngestTopics {
  private IngestTopics() {}

  static List<LogTopic<?>> needed() {
    return List.of(
        LogTopics.NOTIFICATIONS,
        LogTopics.REVOCATIONS,
        LogTopics.ERASURES,
        LogTopics.REPLAYS,
        LogTopics.BROADCASTS,
        LogTopics.CHANNELS,
        LogTopics.DELIVERIES,
        LogTopics.RECEIPTS,
        LogTopics.CONTROL,
        LogTopics.AUDIT);
  }

  /** Returns those of whose values the schemas have to be registered. */
  static List<LogTopic<?>> written() {
    return List.of(
        LogTopics.NOTIFICATIONS,
        LogTopics.ERASURES,
        LogTopics.REPLAYS,
        LogTopics.BROADCASTS,
        LogTopics.CHANNELS,
        LogTopics.AUDIT);
  }

  /**
   * Returns the permissions required; without access to deliveries and receipts only traces are
   * missing.
   */
  static TopicAccess access(Config config) {
    List<LogTopic<?>> read =
        new ArrayList<>(
            List.of(
                LogTopics.REVOCATIONS,
                LogTopics.ERASURES,
                LogTopics.REPLAYS,
                LogTopics.BROADCASTS,
                LogTopics.CHANNELS));
    List<LogTopic<?>> written = new ArrayList<>(written());
    boolean administered = AdminSettings.isOpen(config);
    boolean sending = WebhookSettings.isOn(config);
    if (administered || sending || ProviderAuthentication.isRequired(config)) {
      read.add(LogTopics.CONTROL);
    }
    if (administered || sending) {
      written.add(LogTopics.CONTROL);
    }
    return TopicAccess.of(read, written);
  }
}
