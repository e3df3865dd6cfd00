package dev.tidings.node.membership;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * Queries the coordinator for the group's members: it responds even while a member waits for the
 * others.
 */
@FunctionalInterface
public interface GroupMembership {
  /**
   * Returns the client ids of the members, later and on any thread; fails if there is no response.
   */
  CompletionStage<Set<String>> call();

  /** Queries with the given client, which the caller keeps. */
  static GroupMembership of(Admin admin, String group) {
    return () ->
        admin
            .describeConsumerGroups(List.of(group))
            .all()
            .toCompletionStage()
            .thenApply(groups ->
                groups.values().stream()
                    .map(ConsumerGroupDescription::members)
                    .flatMap(members -> members.stream())
                    .map(MemberDescription::clientId)
                    .collect(Collectors.toUnmodifiableSet()))
            .exceptionally(GroupMembership::nobody);
  }

  /** Returns no members if the failure is that the group does not exist. */
  private static Set<String> nobody(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof GroupIdNotFoundException) {
      return Set.of();
    }
    throw new CompletionException(cause);
  }
}
