package dev.tidings.node.register;

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

  /** Joins a topic. Completes when the log has it. */
  CompletableFuture<@Nullable Void> join(
      DeviceId device, AppId app, BroadcastTopic topic, Token token) {
    DeviceKey key = new TopicMembership(device, app, topic).key();
    return table
        .get(key)
        .thenCompose(found -> {
          if (found.filter(joined -> token.hex().equals(joined.getToken())).isPresent()) {
            return TokenWrites.done();
          }
          return (found.isPresent() ? TokenWrites.done() : checkRoom(device))
              .thenCompose(room ->
                  table.put(
                      key, new Subscription(List.of(), 0L, null, token.hex(), clock.millis())));
        });
  }

  private CompletableFuture<@Nullable Void> checkRoom(DeviceId device) {
    return table
        .all(device, MOST_READ)
        .thenApply(all -> {
          if (all.keySet().stream().filter(TopicMembership::isName).count() >= most) {
            throw new RefusedException(
                "topic: one more than %d (expected: at most as many of one device)"
                    .formatted(most));
          }
          return null;
        });
  }

  /** Leaves a topic. Completes when the log has it. */
  CompletableFuture<@Nullable Void> leave(DeviceId device, AppId app, BroadcastTopic topic) {
    DeviceKey key = new TopicMembership(device, app, topic).key();
    return table
        .get(key)
        .thenCompose(found -> found.isPresent() ? table.remove(key) : TokenWrites.done());
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
