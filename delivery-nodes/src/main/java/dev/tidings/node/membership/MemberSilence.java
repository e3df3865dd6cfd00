package dev.tidings.node.membership;

/** The group's responses to one member, and the time since the last one. For one thread. */
final class MemberSilence {
  private final long patience;
  private final long settling;
  private GroupAnswers last;
  private long heardAt;
  private long joinedAt;

  /** The time since which it has responded without a pause. */
  private long steadySince;

  private boolean absent;
  private long absentSince;
  private boolean onRoll;
  private long onRollAt;

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
    this.joinedAt = now;
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
      absent = false;
      joinedAt = now;
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

  /**
   * The group has had the member, in response to a query made at that time. Unlike a heartbeat or a
   * share, a former coordinator cannot give that answer for it.
   */
  void isOnRoll(long at) {
    if (at - joinedAt >= 0) {
      onRoll = true;
      onRollAt = at;
    }
    isMember(at);
  }

  /** Returns whether the group has had the member in response to a query made since a time. */
  boolean isConfirmedSince(long time) {
    return onRoll && onRollAt - time > 0;
  }

  private void isMember(long at) {
    absent = false;
    if (at - heardAt >= 0) {
      heardAt = at;
      steadySince = at - settling;
    }
  }

  /**
   * The group has not had the member, in response to a query made at that time. Returns false if
   * the member has joined since: queries wait while no broker can be reached.
   */
  boolean isNoMember(long at) {
    if (at - joinedAt < 0) {
      return false;
    }
    if (!absent) {
      absent = true;
      absentSince = at;
    }
    return true;
  }

  /** Returns whether the group has not had the member when it was asked last. */
  boolean isAbsent() {
    return absent;
  }

  /**
   * Returns whether the member is answered by a coordinator that is not the group's any more, and
   * does not know. One that was expelled is answered too, but soon stops asking, or joins anew.
   */
  boolean isStranded(long now) {
    return absent && now - absentSince >= patience + settling && silence(now) < patience;
  }

  /** Returns whether these can't be later responses to the same member. */
  boolean isOfAnother(GroupAnswers answers) {
    return answers.joins() < last.joins() || answers.heartbeats() < last.heartbeats();
  }

  long silence(long now) {
    return now - heardAt;
  }

  boolean isInDoubt(long now) {
    return silence(now) >= patience || now - steadySince < settling || isStranded(now);
  }
}
