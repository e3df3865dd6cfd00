package dev.tidings.schemas.topic;

/**
 * The consumer groups of the services, without an installation's prefix ({@link TopicNames#group}).
 * The name of a Streams application is also that of its directory, and of the topics that Kafka
 * Streams would create for it: it must never change.
 */
public final class ConsumerGroups {
  /** The Streams application that resolves notifications. */
  public static final String STREAMS_PROCESSOR = "tidings-streams-processor";

  /**
   * Commits what delivery nodes have done with {@code deliveries}. It has no members: the inbox's
   * application assigns the partitions.
   */
  public static final String DELIVERY_NODES = "tidings-delivery-nodes";

  /** The Streams application of the parked inbox. */
  public static final String INBOX = "tidings-inbox";

  /** The Streams application of the trace table. */
  public static final String TRACES = "tidings-traces";

  /** Finds out what became of every accepted notification; what it has found is in its offsets. */
  public static final String AUDIT = "tidings-audit";

  /** Decides which ingest-api serves which webhook. It commits nothing. */
  public static final String WEBHOOKS = "tidings-webhooks";

  /** Before the id of a webhook: what it has taken of {@code receipts}. It has no members. */
  public static final String WEBHOOK_PREFIX = "tidings-webhook-";

  private ConsumerGroups() {}
}
