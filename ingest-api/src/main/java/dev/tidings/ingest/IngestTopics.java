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

  static List<LogTopic<?>> needed(Config config) {
    List<LogTopic<?>> topics =
        new ArrayList<>(
            List.of(
                LogTopics.NOTIFICATIONS,
                LogTopics.REVOCATIONS,
                LogTopics.DELIVERIES,
                LogTopics.RECEIPTS,
                LogTopics.CONTROL));
    if (AdminSettings.isOpen(config)) {
      topics.add(LogTopics.AUDIT);
    }
    return topics;
  }

  /** Returns those of whose values the schemas have to be registered. */
  static List<LogTopic<?>> written(Config config) {
    return AdminSettings.isOpen(config)
        ? List.of(LogTopics.NOTIFICATIONS, LogTopics.AUDIT)
        : List.of(LogTopics.NOTIFICATIONS);
  }

  /**
   * Returns the permissions required; without access to deliveries and receipts only traces are
   * missing.
   */
  static TopicAccess access(Config config) {
    List<LogTopic<?>> read = new ArrayList<>(List.of(LogTopics.REVOCATIONS));
    List<LogTopic<?>> written = new ArrayList<>(List.of(LogTopics.NOTIFICATIONS));
    boolean administered = AdminSettings.isOpen(config);
    if (administered || ProviderAuthentication.isRequired(config)) {
      read.add(LogTopics.CONTROL);
    }
    if (administered) {
      written.addAll(List.of(LogTopics.CONTROL, LogTopics.AUDIT));
    }
    return TopicAccess.of(read, written);
  }
}
