package dev.tidings.streams;

import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.start.TopicAccess;
import java.util.List;

/** The topics of the streams processor, and what it has to be allowed to do with each. */
final class StreamsTopics {
  static final List<LogTopic<?>> ALL =
      List.of(
          LogTopics.NOTIFICATIONS,
          LogTopics.REGISTRATIONS,
          LogTopics.DELIVERIES,
          LogTopics.RECEIPTS,
          LogTopics.DEAD_LETTERS,
          LogTopics.WAITING,
          LogTopics.DAILY_COUNTS,
          LogTopics.SCHEDULES,
          LogTopics.SUBSCRIPTIONS,
          LogTopics.BROADCASTS,
          LogTopics.MEMBERSHIPS,
          LogTopics.CONTROL);

  /** Those that it writes to and does not read. */
  static final List<LogTopic<?>> ONLY_WRITTEN =
      List.of(
          LogTopics.DELIVERIES, LogTopics.RECEIPTS, LogTopics.DEAD_LETTERS, LogTopics.MEMBERSHIPS);

  /**
   * What it is unready without. It also writes to what it reads: notifications that have to go to
   * another partition, and marks behind which a table is known to be up to date.
   */
  static final TopicAccess ACCESS =
      TopicAccess.of(
          List.of(
              LogTopics.NOTIFICATIONS,
              LogTopics.REGISTRATIONS,
              LogTopics.WAITING,
              LogTopics.DAILY_COUNTS,
              LogTopics.SCHEDULES,
              LogTopics.SUBSCRIPTIONS,
              LogTopics.BROADCASTS),
          List.of(
              LogTopics.NOTIFICATIONS,
              LogTopics.REGISTRATIONS,
              LogTopics.DELIVERIES,
              LogTopics.RECEIPTS,
              LogTopics.DEAD_LETTERS,
              LogTopics.WAITING,
              LogTopics.DAILY_COUNTS,
              LogTopics.SCHEDULES,
              LogTopics.BROADCASTS,
              LogTopics.MEMBERSHIPS));

  private StreamsTopics() {}
}
