package dev.tidings.service.kafka.tables;

import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the commits of topics that were deleted to the beginning of those that have their names now.
 * Such a commit names a later leader than its partition has, for which a consumer would wait.
 */
record CommitRewind(GroupCommits commits, Set<String> topics) {
  private static final Logger log = LoggerFactory.getLogger(CommitRewind.class);

  /**
   * Returns what has to be waited for before the next attempt; empty if no commit keeps the group
   * from reading.
   */
  String attempt() throws InterruptedException {
    try {
      Set<TopicPartition> foreign = commits.ofLaterLeaders(topics);
      if (foreign.isEmpty()) {
        return "";
      }
      if (!commits.rewind(foreign)) {
        return "commits of "
            + foreign
            + " are of topics that were deleted: waiting until every process has left the group "
            + commits.group();
      }
      log.error(
          "commits of {} in the group {} were of topics that were deleted and created again: they"
              + " are read from their beginning",
          foreign,
          commits.group());
      return "";
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        log.warn(
            "commits of the group {} are not compared with the topics: {}",
            commits.group(),
            e.getCause().getMessage());
        return "";
      }
      log.debug("commits of {} not known", commits.group(), e);
      return "commits of the group " + commits.group() + ": " + e.getCause();
    }
  }
}
