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

/** Asks the coordinator who is a member: it tells that also while a member waits for the others. */
@FunctionalInterface
public interface Roll {
  /** The ids of the members' clients, some time later, on any thread; fails if nobody answers. */
  CompletionStage<Set<String>> call();

  /** Asks with this client, which stays the caller's. */
  static Roll of(Admin admin, String group) {
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
            .exceptionally(Roll::nobody);
  }

  /** A group that does not exist has no members. */
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
