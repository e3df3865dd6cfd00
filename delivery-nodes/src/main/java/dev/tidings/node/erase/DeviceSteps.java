package dev.tidings.node.erase;

import dev.tidings.node.deliver.Partitions;
import dev.tidings.node.keep.KeptSessions;
import dev.tidings.node.register.TokenRegistrar;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.schemas.avro.ErasedToken;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.value.DeviceId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The steps on the devices of this node. */
public final class DeviceSteps implements ErasureSteps {
  /** As many apps as a device may have by any setting. */
  private static final int MOST_APPS = 100_000;

  private final DeviceTable<Generation> generations;
  private final TokenRegistrar registrar;
  private final KeptSessions sessions;
  private final Partitions partitions;

  public DeviceSteps(
      DeviceTable<Generation> generations,
      TokenRegistrar registrar,
      KeptSessions sessions,
      Partitions partitions) {
    this.generations = generations;
    this.registrar = registrar;
    this.sessions = sessions;
    this.partitions = partitions;
  }

  @Override
  public CompletionStage<List<ErasedToken>> tokens(
      DeviceId device, Erasure erasure, String behind, int most) {
    @Nullable List<String> apps = erasure.getApps();
    return generations
        .all(device, MOST_APPS)
        .thenApply(found ->
            found.entrySet().stream()
                .filter(app -> app.getKey().compareTo(behind) > 0)
                .filter(app -> apps == null || apps.contains(app.getKey()))
                .map(app -> registrar.erasable(app.getKey(), app.getValue()))
                .flatMap(Optional::stream)
                .limit(most)
                .toList());
  }

  @Override
  public CompletionStage<ErasedToken> revoke(DeviceId device, ErasedToken token) {
    return registrar.erase(device, token).thenApply(revoked -> token);
  }

  @Override
  public CompletionStage<Integer> forgetSession(DeviceId device, @Nullable Set<String> apps) {
    if (apps == null) {
      return registrar.leaveEnded(device).thenCompose(nothing -> forget(device));
    }
    return sessions
        .stored(device)
        .thenCompose(stored ->
            stored.isPresent() && apps.stream().anyMatch(stored.get()::names)
                ? forget(device)
                : CompletableFuture.completedFuture(0));
  }

  private CompletionStage<Integer> forget(DeviceId device) {
    return partitions
        .disconnect(device, CloseReason.ERASED)
        .thenCompose(wasConnected -> sessions.erase(device))
        .thenApply(wasThere -> wasThere ? 1 : 0);
  }

  @Override
  public CompletionStage<Ended> endNotifications(DeviceId device) {
    return partitions.end(device).thenApply(purge -> new Ended(purge.ended(), purge.isLeft()));
  }
}
