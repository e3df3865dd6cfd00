package dev.tidings.node.log.life;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Life;
import java.util.BitSet;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * The position at which reading of a partition begins.
 *
 * @param life the life of the sequences its records get
 * @param point the part of it that is resolved
 * @param discontinuity the discontinuity to report; empty if reading continues where it was left
 * @param skipped the number of records that were not read and never will be
 */
public record StartPoint(
    Life life, CommitPoint point, Optional<Discontinuity> discontinuity, long skipped) {

  /** The reason why reading does not continue where it was left. */
  public enum Discontinuity {
    /** The topic was recreated under the same name. */
    TOPIC_MADE_ANEW("topic"),
    /** The log ends before the last record read, or has other records there. */
    TAIL_LOST("tail"),
    /** The commit was lost. */
    COMMIT_LOST("commit"),
    /** Records were dropped by the topic's retention before they were read. */
    OVERTAKEN("retention");

    private final String label;

    Discontinuity(String label) {
      this.label = label;
    }

    /** Returns the label used in metrics. */
    public String label() {
      return label;
    }
  }

  /** Returns a start point at {@code offset}, from which on nothing is resolved. */
  static StartPoint at(Life life, long offset, Discontinuity discontinuity) {
    return new StartPoint(
        life, new CommitPoint(life.sequence(offset), new BitSet()), Optional.of(discontinuity), 0);
  }

  StartPoint inTopic(Uuid id) {
    return new StartPoint(new Life(life.number(), id, life.from()), point, discontinuity, skipped);
  }

  public long offset() {
    return Life.offsetOf(point.low());
  }
}
