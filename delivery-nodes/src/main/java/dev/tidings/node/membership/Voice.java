package dev.tidings.node.membership;

/** The group's word to one member, and since when there is none. For one thread. */
final class Voice {
  private final long patience;
  private final long settling;
  private GroupAnswers last;
  private long heardAt;

  /** Since when it has answered without a pause. */
  private long steadySince;

  /**
   * A member that has just been taken in.
   *
   * @param patience after how long without a word others may have been given its partitions
   * @param settling how long it has to be heard before that counts: the first word may be that the
   *     member is none any more
   */
  Voice(GroupAnswers first, long patience, long settling, long now) {
    this.patience = patience;
    this.settling = settling;
    this.last = first;
    this.heardAt = now;
    this.steadySince = now - settling;
  }

  /**
   * Takes what was answered until now.
   *
   * @param stood whether this process stood still: nobody knows when that was answered
   */
  void hears(GroupAnswers answers, boolean stood, long now) {
    boolean joined = answers.joins() > last.joins();
    boolean answered = answers.heartbeats() > last.heartbeats();
    last = answers;
    if (joined) {
      isMember(now);
    } else if (answered) {
      if (stood || silence(now) >= patience) {
        steadySince = now;
      }
      heardAt = now;
    } else if (stood) {
      steadySince = now;
    }
  }

  /** The group has said that it is a member, when asked at that time. */
  void isMember(long at) {
    if (at - heardAt >= 0) {
      heardAt = at;
      steadySince = at - settling;
    }
  }

  long silence(long now) {
    return now - heardAt;
  }

  boolean isDoubtful(long now) {
    return silence(now) >= patience || now - steadySince < settling;
  }
}
