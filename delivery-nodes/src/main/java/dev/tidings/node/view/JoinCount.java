package dev.tidings.node.view;

import dev.tidings.schemas.question.JoinList;
import dev.tidings.schemas.question.OperatorQuestion;
import dev.tidings.schemas.question.OperatorQuestion.Joins;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.InvalidValueException;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts those who have joined, by the keys of their records, each of which is shown once and in
 * any order. Has the rows of one page in memory, however many there are. Thread-safe.
 */
final class JoinCount {
  private final Joins question;
  private final String app;
  private final String names;
  private final TreeMap<String, Long> rows = new TreeMap<>(JoinList.ORDER);
  private long joins;
  private boolean more;

  JoinCount(Joins question) {
    this.question = question;
    this.app = TopicMembership.prefix(question.app());
    this.names =
        app
            + switch (question) {
              case OperatorQuestion.Topics topics -> topics.prefix();
              case OperatorQuestion.Subscribers subscribers -> subscribers.topic().value();
            };
  }

  void add(DeviceKey key) {
    String name = key.name();
    if (name.startsWith(names)) {
      @Nullable String row = row(key, name.substring(app.length()));
      if (row != null) {
        count(row);
      }
    }
  }

  /** Returns which row a key counts for; null if it is none of them. */
  private @Nullable String row(DeviceKey key, String topic) {
    return switch (question) {
      case OperatorQuestion.Subscribers subscribers ->
          topic.equals(subscribers.topic().value()) ? key.device().value() : null;
      case OperatorQuestion.Topics _ -> isTopic(topic) ? topic : null;
    };
  }

  /** Whoever may write to the log may write any name. */
  private static boolean isTopic(String name) {
    try {
      return new BroadcastTopic(name).value().equals(name);
    } catch (InvalidValueException e) {
      return false;
    }
  }

  private synchronized void count(String row) {
    joins++;
    if (JoinList.ORDER.compare(row, question.after()) <= 0) {
      return;
    }
    boolean full = rows.size() == question.limit();
    if (full && JoinList.ORDER.compare(row, rows.lastKey()) > 0) {
      more = true;
      return;
    }
    rows.merge(row, 1L, Long::sum);
    if (rows.size() > question.limit()) {
      // Those before it only become more: it is on this page no more.
      rows.pollLastEntry();
      more = true;
    }
  }

  /**
   * Returns what was counted.
   *
   * @param partitions whose keys were shown
   */
  synchronized JoinList list(SortedSet<Integer> partitions) {
    return new JoinList(partitions, joins, rows, more);
  }
}
