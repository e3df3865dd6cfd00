package dev.tidings.node.log.life;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Life;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Uuid;

/**
 * The commit of a partition: how far it is resolved, and what identifies the log it refers to.
 *
 * @param life the number of the life that the point's sequences belong to
 * @param topic the topic's id at that time
 * @param next the offset after the last record read
 * @param epoch the leader epoch of that record, if known
 * @param point the resolved part
 */
public record Commit(int life, Uuid topic, long next, Optional<Integer> epoch, CommitPoint point) {
  private static final String VERSION = "2";
  private static final String NONE = "-";

  /**
   * Returns the commit in Kafka's form. It stores a distance because that takes fewer characters
   * than the offset.
   */
  public OffsetAndMetadata toKafka() {
    long low = Life.offsetOf(point.low());
    return new OffsetAndMetadata(
        low,
        String.join(
            ":",
            VERSION,
            Integer.toString(life),
            topic.equals(Uuid.ZERO_UUID) ? NONE : topic.toString(),
            Long.toString(next - low),
            epoch.map(String::valueOf).orElse(NONE),
            point.metadata()));
  }

  /**
   * Parses a commit. One without our metadata, or with that of an earlier version, is taken to be
   * of the first life.
   */
  public static Commit of(OffsetAndMetadata committed) {
    long low = committed.offset();
    String[] parts = committed.metadata().split(":", 6);
    if (parts.length == 6 && parts[0].equals(VERSION)) {
      try {
        Uuid topic = parts[2].equals(NONE) ? Uuid.ZERO_UUID : Uuid.fromString(parts[2]);
        Life life = new Life(Integer.parseInt(parts[1]), topic, 0);
        return new Commit(
            life.number(),
            topic,
            low + Math.max(0, Long.parseLong(parts[3])),
            parts[4].equals(NONE) ? Optional.empty() : Optional.of(Integer.valueOf(parts[4])),
            CommitPoint.of(life.sequence(low), parts[5]));
      } catch (IllegalArgumentException e) {
        // Metadata of another program: handled below.
      }
    }
    return new Commit(
        0, Uuid.ZERO_UUID, low, Optional.empty(), CommitPoint.of(low, committed.metadata()));
  }
}
