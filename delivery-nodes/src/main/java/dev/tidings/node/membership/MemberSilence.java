package dev.tidings.node.membership;

/** The group's responses to one member, and the time since the last one. For one thread. */
final class MemberSilence {
  private final long patience;
  private final long settling;
  private GroupAnswers last;
  private long heardAt;

  /** The time since which it has responded without a pause. */
  private long steadySince;

  /**
   * Creates the state of a new member.
   *
   * @param patience the time without a response after which other nodes may have been assigned its
   *     partitions
   * @param settling how long responses have to continue before they count: the first one may state
   *     that it is no longer a member
   */
  MemberSilence(GroupAnswers first, long patience, long settling, long now) {
    this.patience = patience;
    this.settling = settling;
    this.last = first;
    this.heardAt = now;
    this.steadySince = now - settling;
  }

  /**
   * Processes the responses so far.
   *
   * @param stalled whether this process was: then the time of the responses is unknown
   */
  void record(GroupAnswers answers, boolean stalled, long now) {
    boolean joined = answers.joins() > last.joins();
    boolean answered = answers.heartbeats() > last.heartbeats();
    last = answers;
    if (joined) {
      isMember(now);
    } else if (answered) {
      if (stalled || silence(now) >= patience) {
        steadySince = now;
      }
      heardAt = now;
    } else if (stalled) {
      steadySince = now;
    }
  }

  /** The group has confirmed the membership, in response to a query made at that time. */
  void isMember(long at) {
    if (at - heardAt >= 0) {
      heardAt = at;
      steadySince = at - settling;
    }
  }

  long silence(long now) {
    return now - heardAt;
  }

  boolean isInDoubt(long now) {
    return silence(now) >= patience || now - steadySince < settling;
  }
}
