package dev.tidings.streams.channel;

import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.TopicMembership;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Those who have joined a channel before all of {@code broadcasts} was read that whoever had the
 * partition before has written: what is kept for them may be in what is still to be read, and so
 * may be that nobody comes to them any more. For one thread at a time.
 */
public final class EarlyJoins {
  private static final int MOST = 10_000;
  private static final int AT_ONCE = 1_000;

  private final SequencedMap<TopicMembership, Join> joins = new LinkedHashMap<>();
  private boolean over;

  /**
   * Who has joined.
   *
   * @param had what was sent to it already; null if that is nothing
   */
  public record Join(TopicMembership who, @Nullable BroadcastKey had) {}

  /** Adds one, unless everything was read; returns whether there was room. */
  public boolean add(Join join) {
    if (over) {
      return true;
    }
    if (joins.size() >= MOST && !joins.containsKey(join.who())) {
      return false;
    }
    joins.put(join.who(), join);
    return true;
  }

  /** Returns whether everything was read. */
  public boolean isOver() {
    return over;
  }

  public boolean isEmpty() {
    return joins.isEmpty();
  }

  /** Everything was read: removes and returns some of them, and takes no more. */
  public List<Join> next() {
    over = true;
    List<Join> next = new ArrayList<>();
    while (next.size() < AT_ONCE && !joins.isEmpty()) {
      next.add(joins.pollFirstEntry().getValue());
    }
    return next;
  }
}
