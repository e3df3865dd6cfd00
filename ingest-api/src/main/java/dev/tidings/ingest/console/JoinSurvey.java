package dev.tidings.ingest.console;

import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.ingest.device.Fleet;
import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.JoinList;
import dev.tidings.schemas.question.OperatorQuestion;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Asks all delivery nodes who has joined, and adds up what they say. There is an answer only if
 * each partition was counted by one node, and by no other: while one moves, or a node is away,
 * there is none.
 */
final class JoinSurvey {
  private final Fleet fleet;
  private final int partitions;

  /**
   * @param partitions how many partitions devices are in
   */
  JoinSurvey(Fleet fleet, int partitions) {
    this.fleet = fleet;
    this.partitions = partitions;
  }

  /**
   * What was found.
   *
   * @param joins how many devices have joined, once for each topic
   * @param rows a page of the topics or devices, with how many of the joins are theirs
   * @param more whether others follow
   */
  record Found(long joins, List<Map.Entry<String, Long>> rows, boolean more) {}

  Found ask(OperatorQuestion.Joins question) throws InterruptedException {
    TreeSet<Integer> counted = new TreeSet<>();
    SortedMap<String, Long> rows = new TreeMap<>(JoinList.ORDER);
    long joins = 0;
    boolean more = false;
    String trouble = "";
    for (Fleet.Answered each : fleet.ask(question)) {
      switch (each.answer()) {
        case DeviceAnswer.Found(var text, var _) -> {
          JoinList list = JoinList.parse(text);
          for (int partition : list.partitions()) {
            if (!counted.add(partition)) {
              throw notNow(counted.size(), "partition " + partition + " is moving");
            }
          }
          list.rows().forEach((name, count) -> rows.merge(name, count, Long::sum));
          joins += list.joins();
          more |= list.more();
        }
        case DeviceAnswer.NotNow(var why) ->
            trouble = "delivery node %s: %s".formatted(each.address(), why);
        case DeviceAnswer.Elsewhere _, DeviceAnswer.Unknown _ ->
            trouble = "delivery node %s is of an earlier version".formatted(each.address());
      }
    }
    if (counted.size() != partitions) {
      throw notNow(counted.size(), trouble.isEmpty() ? "one has no delivery node" : trouble);
    }
    // Each node has told those that are first among its own: none of the first of all is missing.
    List<Map.Entry<String, Long>> page = rows.entrySet().stream().limit(question.limit()).toList();
    return new Found(joins, page, more || rows.size() > page.size());
  }

  private BadRequestException notNow(int counted, String why) {
    return new BadRequestException(
        HttpResponseStatus.SERVICE_UNAVAILABLE,
        new InvalidValueException(
            "partitions counted", Integer.toString(counted), partitions + "; " + why));
  }
}
