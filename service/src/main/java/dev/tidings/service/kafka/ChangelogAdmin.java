package dev.tidings.service.kafka;

import java.util.Map;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** The admin client of Kafka Streams, which restores the tables whose partitions answer. */
public final class ChangelogAdmin extends ForwardingAdmin {
  private final ChangelogEnds ends;

  /**
   * @param config as Kafka Streams wants it
   */
  public ChangelogAdmin(Map<String, Object> config, ChangelogEnds ends) {
    super(config);
    this.ends = ends;
  }

  /**
   * The question of the assignor, which compares what the processes have of a table. Without a
   * whole answer it assigns what each had before.
   */
  @Override
  public ListOffsetsResult listOffsets(Map<TopicPartition, OffsetSpec> wanted) {
    return super.listOffsets(wanted, new ListOffsetsOptions());
  }

  /** The question of the thread that restores. */
  @Override
  public ListOffsetsResult listOffsets(
      Map<TopicPartition, OffsetSpec> wanted, ListOffsetsOptions options) {
    return ends.of(wanted, asked -> super.listOffsets(asked, options));
  }
}
