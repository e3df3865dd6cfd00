package dev.tidings.node.erase;

import dev.tidings.node.table.DeviceTable;
import dev.tidings.schemas.avro.ErasedToken;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.ErasureState;
import dev.tidings.schemas.avro.ErasureStep;
import dev.tidings.schemas.topic.DeviceKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One erasure on this node, which may take several attempts. The order is the guarantee: which
 * tokens end is in the log before the first of them does, so that whoever goes on after a crash
 * ends these and none that came later; and that it is done is written when everything else is in
 * the log. An attempt that was given up may still be going on when the next begins: nothing is
 * harmed by being done twice.
 */
final class Work {
  /** As many fit into a record, whatever their apps are called. */
  static final int MOST_TOKENS = 2_000;

  private final DeviceKey key;
  private final DeviceTable<Erasure> table;
  private final ErasureSteps steps;
  private final InstantSource clock;
  private final String instance;
  private final @Nullable Object ownership;

  private @Nullable ErasureStep registrations;
  private @Nullable ErasureStep sessions;

  /** By the plans before the last one. */
  private long revoked;

  private long ended;

  /**
   * @param instance this process, as the steps name it
   */
  Work(
      DeviceKey key,
      DeviceTable<Erasure> table,
      ErasureSteps steps,
      InstantSource clock,
      String instance) {
    this.key = key;
    this.table = table;
    this.steps = steps;
    this.clock = clock;
    this.instance = instance;
    // What another owner has done meanwhile is not written over.
    this.ownership = table.ownership(key.device());
  }

  DeviceKey key() {
    return key;
  }

  /** Returns whether it is done, or there is nothing to do; if not, it is to be tried again. */
  CompletableFuture<Boolean> attempt() {
    return table
        .get(key)
        .thenCompose(found ->
            found
                .filter(ErasureRule::isOpen)
                .map(this::carryOut)
                .orElseGet(() -> CompletableFuture.completedFuture(true)));
  }

  private CompletableFuture<Boolean> carryOut(Erasure erasure) {
    CompletionStage<Erasure> plan =
        erasure.getState() == ErasureState.RUNNING
            ? CompletableFuture.completedFuture(erasure)
            : plan(erasure, "");
    return plan.thenCompose(this::revoke)
        .thenCompose(this::forgetSession)
        .thenCompose(last ->
            steps
                .endNotifications(key.device())
                .thenCompose(notifications -> {
                  ended += notifications.count();
                  return notifications.isLeft()
                      ? CompletableFuture.completedFuture(false)
                      : done(last).thenApply(nothing -> true);
                }))
        .toCompletableFuture();
  }

  /** Writes down which tokens end, as many as fit. */
  private CompletionStage<Erasure> plan(Erasure erasure, String behind) {
    return steps
        .tokens(key.device(), erasure, behind, MOST_TOKENS)
        .thenCompose(tokens -> {
          if (tokens.isEmpty() && !behind.isEmpty()) {
            return CompletableFuture.completedFuture(erasure);
          }
          Erasure plan = next(erasure, ErasureState.RUNNING, tokens, List.of());
          return table.put(key, plan, ownership).thenApply(nothing -> plan);
        });
  }

  /** One token after the other: a device may have many. Returns the last plan. */
  private CompletionStage<Erasure> revoke(Erasure plan) {
    if (registrations != null) {
      return CompletableFuture.completedFuture(plan);
    }
    List<ErasedToken> tokens = plan.getTokens();
    CompletionStage<Integer> last = CompletableFuture.completedFuture(0);
    for (ErasedToken token : tokens) {
      last =
          last.thenCompose(count -> steps.revoke(key.device(), token).thenApply(done -> count + 1));
    }
    return last.thenCompose(count -> {
      if (tokens.size() < MOST_TOKENS) {
        registrations = step("registrations", revoked + count);
        return CompletableFuture.completedFuture(plan);
      }
      return plan(plan, tokens.getLast().getApp())
          .thenCompose(next -> {
            if (next.equals(plan)) {
              registrations = step("registrations", revoked + count);
              return CompletableFuture.completedFuture(plan);
            }
            revoked += count;
            return revoke(next);
          });
    });
  }

  /** Returns the plan. */
  private CompletionStage<Erasure> forgetSession(Erasure plan) {
    if (sessions != null) {
      // A later one is of the time after the erasure.
      return CompletableFuture.completedFuture(plan);
    }
    @Nullable List<String> apps = plan.getApps();
    return steps
        .forgetSession(key.device(), apps == null ? null : Set.copyOf(apps))
        .thenApply(count -> {
          sessions = step("sessions", count);
          return plan;
        });
  }

  private CompletableFuture<@Nullable Void> done(Erasure plan) {
    List<ErasureStep> all = new ArrayList<>();
    if (registrations != null) {
      all.add(registrations);
    }
    if (sessions != null) {
      all.add(sessions);
    }
    all.add(step("notifications", ended));
    return table.put(key, next(plan, ErasureState.DONE, List.of(), all), ownership);
  }

  private static Erasure next(
      Erasure before, ErasureState state, List<ErasedToken> tokens, List<ErasureStep> steps) {
    return new Erasure(
        before.getRequestedAt(), before.getTeam(), before.getApps(), state, tokens, steps);
  }

  private ErasureStep step(String name, long count) {
    return new ErasureStep(name, clock.millis(), instance, count);
  }
}
