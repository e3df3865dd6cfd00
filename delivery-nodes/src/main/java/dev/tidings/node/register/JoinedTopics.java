package dev.tidings.node.register;

import dev.tidings.node.subscriber.ProviderChange;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The broadcast topics that devices have joined: a record for each, with the device's token of the
 * app, beside the record of its MQTT session. The caller orders what concerns one device.
 * Thread-safe.
 */
public final class JoinedTopics {
  /** As many as a device may have joined by any setting, with its session. */
  private static final int MOST_READ = 100_001;

  private final DeviceTable<Subscription> table;
  private final int most;
  private final InstantSource clock;

  /**
   * @param most the number of topics of all its apps that a device may have joined
   */
  public JoinedTopics(DeviceTable<Subscription> table, int most, InstantSource clock) {
    this.table = table;
    this.most = most;
    this.clock = clock;
  }

  /** Joins a topic. Completes when the log has it; fails if the device has joined too many. */
  CompletableFuture<@Nullable Void> join(
      DeviceId device, AppId app, BroadcastTopic topic, Token token) {
    return tryJoin(device, app, topic, token)
        .thenApply(joined -> {
          if (!joined) {
            throw new RefusedException(
                "topic: one more than %d (expected: at most as many of one device)"
                    .formatted(most));
          }
          return null;
        });
  }

  /** The same, but completes with false if the device has joined too many. */
  CompletableFuture<Boolean> tryJoin(
      DeviceId device, AppId app, BroadcastTopic topic, Token token) {
    DeviceKey key = new TopicMembership(device, app, topic).key();
    return table
        .get(key)
        .thenCompose(found -> {
          if (found.filter(joined -> token.hex().equals(joined.getToken())).isPresent()) {
            return CompletableFuture.completedFuture(true);
          }
          Subscription joined = new Subscription(List.of(), 0L, null, token.hex(), clock.millis());
          return (found.isPresent() ? CompletableFuture.completedFuture(true) : hasRoom(device))
              .thenCompose(room ->
                  room
                      ? table.put(key, joined).thenApply(stored -> true)
                      : CompletableFuture.completedFuture(false));
        });
  }

  private CompletableFuture<Boolean> hasRoom(DeviceId device) {
    return table
        .all(device, MOST_READ)
        .thenApply(all -> all.keySet().stream().filter(TopicMembership::isName).count() < most);
  }

  /** Leaves a topic. Completes when the log has it. */
  CompletableFuture<@Nullable Void> leave(DeviceId device, AppId app, BroadcastTopic topic) {
    DeviceKey key = new TopicMembership(device, app, topic).key();
    return table
        .get(key)
        .thenCompose(found -> found.isPresent() ? table.remove(key) : TokenWrites.done());
  }

  /**
   * Joins or leaves a topic because the app's provider requests it.
   *
   * @param token the device's current one; empty if the provider has named another
   * @param firsts orders what counts towards the limit of a device
   */
  CompletableFuture<ProviderChange> change(
      TopicMembership membership, Optional<Token> token, boolean joins, Serial<DeviceId> firsts) {
    if (token.isEmpty()) {
      return CompletableFuture.completedFuture(ProviderChange.NOT_CURRENT);
    }
    DeviceId device = membership.device();
    AppId app = membership.app();
    if (!joins) {
      return leave(device, app, membership.topic()).thenApply(left -> ProviderChange.DONE);
    }
    return firsts
        .run(device, () -> tryJoin(device, app, membership.topic(), token.get()))
        .thenApply(joined -> joined ? ProviderChange.DONE : ProviderChange.TOO_MANY);
  }

  /** Leaves all topics of an app. Completes when the log has it. */
  CompletableFuture<@Nullable Void> leaveAll(DeviceId device, AppId app) {
    String prefix = TopicMembership.prefix(app);
    return table
        .all(device, MOST_READ)
        .thenCompose(all ->
            CompletableFuture.allOf(
                all.keySet().stream()
                    .filter(name -> name.startsWith(prefix))
                    .map(name -> table.remove(new DeviceKey(device, name)))
                    .toArray(CompletableFuture[]::new)))
        .thenApply(done -> null);
  }
}
