package dev.tidings.node.log.life;

import dev.tidings.node.log.life.StartPoint.Discontinuity;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Life;
import java.util.BitSet;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a partition is read from. A commit is valid as long as the log is the one it was
 * made of: otherwise offsets are reused, and accepted notifications would be taken for resolved. A
 * new life may repeat deliveries; it skips none.
 */
public final class StartPoints {
  /** How many lives may have begun since the last commit; more were written by another program. */
  private static final int MOST_UNCOMMITTED = 1_000;

  private StartPoints() {}

  /**
   * Decides at takeover.
   *
   * @param kept the life stored in the inbox; null if no node has ever started here
   * @param commit the last commit; null if there is none
   * @param highestParked the highest sequence stored in the inbox; negative if it is empty
   */
  public static StartPoint of(
      LogState log, @Nullable Life kept, @Nullable Commit commit, long highestParked) {
    Life life = life(log, kept, commit);
    if (life.isOfAnother(log.topic())) {
      return StartPoint.at(life.next(log.topic(), 0), log.start(), Discontinuity.TOPIC_MADE_ANEW);
    }
    if (commit == null) {
      // A node that was here before has left its life, or at least parked entries.
      return kept == null && highestParked < 0
          ? new StartPoint(life, start(life, log.start()), Optional.empty(), 0)
          : reused(life, highestParked, log.end())
              ? StartPoint.at(life.next(log.topic(), 0), log.start(), Discontinuity.TAIL_LOST)
              : StartPoint.at(life, log.start(), Discontinuity.COMMIT_LOST);
    }
    if (commit.life() < life.number()) {
      // The life had begun, and none of its records was resolved.
      long from = isOf(log, commit) ? Life.offsetOf(commit.point().low()) : life.from();
      return takenOver(life, start(life, from), from, log);
    }
    if (reused(life, highestParked, log.end())) {
      long from = Math.min(Life.offsetOf(commit.point().low()), log.end());
      return lost(life, from, log);
    }
    return takenOver(life, commit.point(), commit.next(), log);
  }

  /** As during reading, except that dropped records are not in memory. */
  private static StartPoint takenOver(Life life, CommitPoint point, long next, LogState log) {
    StartPoint startPoint = of(life, point, next, log);
    long low = Life.offsetOf(point.low());
    if (!startPoint.life().equals(life) || log.start() <= low) {
      return startPoint;
    }
    int resolved =
        point.resolvedBeyond().get(0, (int) Math.min(log.start() - low, 1 << 20)).cardinality();
    return new StartPoint(
        life,
        start(life, log.start()),
        Optional.of(Discontinuity.OVERTAKEN),
        log.start() - low - resolved);
  }

  /**
   * Decides during reading.
   *
   * @param point the current commit point
   * @param next the offset after the last record read
   */
  public static StartPoint of(Life life, CommitPoint point, long next, LogState log) {
    if (life.isOfAnother(log.topic())) {
      return StartPoint.at(life.next(log.topic(), 0), log.start(), Discontinuity.TOPIC_MADE_ANEW);
    }
    long low = Life.numberOf(point.low()) == life.number() ? Life.offsetOf(point.low()) : next;
    if (log.divergence().isPresent() && log.divergence().get() < next) {
      return lost(life, Math.min(low, log.divergence().get()), log);
    }
    if (next > log.end()) {
      // It is unknown how much of the log is the same.
      return lost(life, log.start(), log);
    }
    if (next < log.start()) {
      return new StartPoint(
          life, start(life, log.start()), Optional.of(Discontinuity.OVERTAKEN), log.start() - next);
    }
    return new StartPoint(life, point, Optional.empty(), 0);
  }

  private static Life life(LogState log, @Nullable Life kept, @Nullable Commit commit) {
    if (kept != null && (commit == null || counts(kept, commit, log))) {
      return kept;
    }
    return commit == null
        ? Life.first(log.topic())
        // A commit without a topic id is taken to be of the present topic.
        : new Life(commit.life(), commit.topic(), 0);
  }

  /**
   * Whether a life stored in the inbox counts beside a commit. Others may have written it there,
   * and the commit says what the group has read.
   */
  private static boolean counts(Life kept, Commit commit, LogState log) {
    return kept.number() >= commit.life()
        && kept.number() - commit.life() <= MOST_UNCOMMITTED
        // The topic of the commit was not made anew, so no life of another has followed.
        && !(isOfTopic(log, commit) && kept.isOfAnother(log.topic()));
  }

  private static boolean isOfTopic(LogState log, Commit commit) {
    return commit.topic().equals(log.topic()) && !log.topic().equals(Uuid.ZERO_UUID);
  }

  /** Whether the leader has confirmed that the commit is of the log as it is. */
  private static boolean isOf(LogState log, Commit commit) {
    return isOfTopic(log, commit)
        && commit.epoch().isPresent()
        && log.divergence().isEmpty()
        && commit.next() <= log.end();
  }

  /** Whether the inbox has entries of records that the log does not have (any more, or yet). */
  private static boolean reused(Life life, long highestParked, long end) {
    return highestParked >= 0
        && Life.numberOf(highestParked) == life.number()
        && Life.offsetOf(highestParked) >= end;
  }

  private static StartPoint lost(Life life, long from, LogState log) {
    long begin = Math.max(from, log.start());
    return StartPoint.at(life.next(log.topic(), begin), begin, Discontinuity.TAIL_LOST);
  }

  private static CommitPoint start(Life life, long offset) {
    return new CommitPoint(life.sequence(offset), new BitSet());
  }
}
