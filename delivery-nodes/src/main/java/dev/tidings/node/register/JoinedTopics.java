package dev.tidings.node.register;

import dev.tidings.node.register.RefusedException.Reason;
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
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The broadcast topics that devices have joined, and the users and tags that they were given: a
 * record for each, with the device's token of the app, beside the record of its MQTT session. The
 * caller orders what concerns one device. Thread-safe.
 */
public final class JoinedTopics {
  /** More than a device has: its topics, its session, and the tags of 900 apps by any setting. */
  private static final int MOST_READ = 1_000_001;

  private final DeviceTable<Subscription> table;
  private final int most;
  private final int mostAttributes;
  private final InstantSource clock;

  /**
   * @param most the number of topics of all its apps that a device may have joined
   * @param mostAttributes that of users and tags of one app: they count apart, so that neither the
   *     device nor the provider of another app leaves no room for them
   */
  public JoinedTopics(
      DeviceTable<Subscription> table, int most, int mostAttributes, InstantSource clock) {
    this.table = table;
    this.most = most;
    this.mostAttributes = mostAttributes;
    this.clock = clock;
  }

  /** Joins a topic. Completes when the log has it; fails if the device has joined too many. */
  CompletableFuture<@Nullable Void> join(
      DeviceId device, AppId app, BroadcastTopic topic, Token token) {
    return tryJoin(device, app, topic, token)
        .thenApply(joined -> {
          if (!joined) {
            throw new RefusedException(
                Reason.TOPICS,
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
          return (found.isPresent()
                  ? CompletableFuture.completedFuture(true)
                  : hasRoom(device, app, topic))
              .thenCompose(room ->
                  room
                      ? table.put(key, joined).thenApply(stored -> true)
                      : CompletableFuture.completedFuture(false));
        });
  }

  private CompletableFuture<Boolean> hasRoom(DeviceId device, AppId app, BroadcastTopic topic) {
    boolean attribute = topic.isReserved() && !topic.isChannel();
    String prefix = attribute ? TopicMembership.prefix(app) : "";
    return table
        .all(device, MOST_READ)
        .thenApply(all ->
            all.keySet().stream()
                    .filter(TopicMembership::isName)
                    .filter(name -> TopicMembership.isAttributeName(name) == attribute)
                    .filter(name -> name.startsWith(prefix))
                    .count()
                < (attribute ? mostAttributes : most));
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

  /**
   * Leaves the topics of an app that were joined with tokens which have ended since. Completes when
   * the log has it.
   */
  CompletableFuture<@Nullable Void> leaveAll(DeviceId device, AppId app, Collection<Token> ended) {
    String prefix = TopicMembership.prefix(app);
    Set<String> tokens = ended.stream().map(Token::hex).collect(Collectors.toSet());
    return table
        .all(device, MOST_READ)
        .thenCompose(all ->
            remove(
                device,
                all.keySet(),
                name -> name.startsWith(prefix) && isOf(all.get(name), tokens)));
  }

  private static boolean isOf(@Nullable Subscription joined, Set<String> tokens) {
    @Nullable String token = joined == null ? null : joined.getToken();
    return token != null && tokens.contains(token);
  }

  /** Returns the apps of which a device has joined topics, or has users and tags. */
  CompletableFuture<Set<AppId>> apps(DeviceId device) {
    return table
        .all(device, MOST_READ)
        .thenApply(all ->
            all.keySet().stream()
                .map(name -> TopicMembership.parse(new DeviceKey(device, name).bytes()))
                .flatMap(Optional::stream)
                .map(TopicMembership::app)
                .collect(Collectors.toSet()));
  }

  /** Leaves all topics of an app. Completes when the log has it. */
  CompletableFuture<@Nullable Void> leaveAll(DeviceId device, AppId app) {
    String prefix = TopicMembership.prefix(app);
    return table
        .all(device, MOST_READ)
        .thenCompose(all -> remove(device, all.keySet(), name -> name.startsWith(prefix)));
  }

  /**
   * Takes and gives what a registration says of its device: first what it is not any more, so that
   * after a crash in between nothing is sent to it as to somebody else. Completes when the log has
   * it.
   *
   * @param key of the device and app
   */
  CompletableFuture<@Nullable Void> apply(
      DeviceKey key, Registrar.Attributes attributes, Token token) {
    if (attributes.equals(Registrar.Attributes.NONE)) {
      return TokenWrites.done();
    }
    String prefix = TopicMembership.prefix(new AppId(key.name()));
    Set<String> given = new LinkedHashSet<>();
    attributes.user().ifPresent(user -> given.add(prefix + user));
    attributes.given().forEach(tag -> given.add(prefix + tag));
    Set<String> taken =
        attributes.taken().stream().map(tag -> prefix + tag).collect(Collectors.toSet());
    Predicate<String> isOver =
        name ->
            taken.contains(name)
                || ((attributes.nobody() || attributes.user().isPresent())
                    && name.startsWith(prefix + BroadcastTopic.USER)
                    && !given.contains(name));
    return table
        .all(key.device(), MOST_READ)
        .thenCompose(all ->
            remove(key.device(), all.keySet(), isOver)
                .thenCompose(gone -> give(key.device(), given, all, token)));
  }

  private CompletableFuture<@Nullable Void> give(
      DeviceId device, Set<String> names, Map<String, Subscription> all, Token token) {
    Subscription joined = new Subscription(List.of(), 0L, null, token.hex(), clock.millis());
    return CompletableFuture.allOf(
            names.stream()
                .filter(name -> isWithout(all.get(name), token))
                .map(name -> table.put(new DeviceKey(device, name), joined))
                .toArray(CompletableFuture[]::new))
        .thenApply(stored -> null);
  }

  private static boolean isWithout(@Nullable Subscription joined, Token token) {
    return joined == null || !token.hex().equals(joined.getToken());
  }

  private CompletableFuture<@Nullable Void> remove(
      DeviceId device, Set<String> names, Predicate<String> which) {
    return CompletableFuture.allOf(
            names.stream()
                .filter(which)
                .map(name -> table.remove(new DeviceKey(device, name)))
                .toArray(CompletableFuture[]::new))
        .thenApply(done -> null);
  }
}
