package dev.tidings.node.log.life;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Life;
import java.util.BitSet;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * Where reading a partition begins.
 *
 * @param life whose sequences its records get
 * @param point what of it is resolved
 * @param discontinuity what is to be told of it; empty if all is as it was left
 * @param skipped how many records nobody has read, or will
 */
public record Beginning(
    Life life, CommitPoint point, Optional<Discontinuity> discontinuity, long skipped) {

  /** Why a partition is not read on where it was left. */
  public enum Discontinuity {
    /** The topic is another one of the same name. */
    TOPIC_MADE_ANEW("topic"),
    /** The log ends before what was read of it, or has other records there. */
    TAIL_LOST("tail"),
    /** There was a commit, and it is gone. */
    COMMIT_LOST("commit"),
    /** Records were dropped by the topic's retention before they were read. */
    OVERTAKEN("retention");

    private final String label;

    Discontinuity(String label) {
      this.label = label;
    }

    /** As metrics name it. */
    public String label() {
      return label;
    }
  }

  /** Nothing is resolved from this offset on. */
  static Beginning at(Life life, long offset, Discontinuity discontinuity) {
    return new Beginning(
        life, new CommitPoint(life.sequence(offset), new BitSet()), Optional.of(discontinuity), 0);
  }

  Beginning inTopic(Uuid id) {
    return new Beginning(new Life(life.number(), id, life.from()), point, discontinuity, skipped);
  }

  public long offset() {
    return Life.offsetOf(point.low());
  }
}
