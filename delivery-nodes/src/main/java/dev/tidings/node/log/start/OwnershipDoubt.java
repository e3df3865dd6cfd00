package dev.tidings.node.log.start;

import dev.tidings.node.log.partition.ReaderMeters;

/**
 * The doubt whether this process still owns its partitions: because it stood still for too long, or
 * because its group does not answer. For the reader's thread, except {@link #groupIsSilent}.
 */
public final class OwnershipDoubt {
  private final StallDetector stallDetector;
  private final LogQuestions questions;
  private final ReaderMeters meters;
  private volatile boolean groupSilent;
  private boolean stoodStill;
  private boolean open;

  /**
   * @param questions whose answers a doubt makes worthless
   */
  public OwnershipDoubt(StallDetector stallDetector, LogQuestions questions, ReaderMeters meters) {
    this.stallDetector = stallDetector;
    this.questions = questions;
    this.meters = meters;
  }

  /** Sets whether the group does not answer. Never blocks. */
  public void groupIsSilent(boolean now) {
    groupSilent = now;
  }

  /**
   * Decides about it. To be called after everything that may wait, so that the time waited for
   * brokers is not taken for a standstill of this process.
   */
  public void check() {
    boolean before = stoodStill;
    stoodStill = stallDetector.isOwnershipInDoubt(System.nanoTime());
    open = stoodStill || groupSilent;
    if (stoodStill && !before) {
      meters.stoodStill();
    }
    if (open) {
      questions.doubt();
    }
  }

  /** Returns what was decided last. */
  public boolean isOpen() {
    return open;
  }
}
