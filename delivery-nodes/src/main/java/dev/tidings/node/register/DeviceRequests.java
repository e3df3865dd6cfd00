package dev.tidings.node.register;

import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what devices ask for. Thread-safe.
 *
 * @param registrar issues and revokes tokens, and joins and leaves topics
 * @param reports writes what devices tell
 * @param ownTags that devices may give themselves
 */
public record DeviceRequests(TokenRegistrar registrar, Reports reports, Set<BroadcastTopic> ownTags)
    implements Registrar {
  @Override
  public CompletionStage<Token> register(
      DeviceId device,
      AppId app,
      Optional<String> locale,
      Optional<String> timeZone,
      Attributes attributes) {
    return registrar.register(device, app, locale, timeZone, attributes);
  }

  @Override
  public CompletionStage<Token> unregister(DeviceId device, AppId app) {
    return registrar.unregister(device, app);
  }

  @Override
  public CompletionStage<Token> revoke(DeviceId device, AppId app) {
    return registrar.revoke(device, app);
  }

  @Override
  public CompletionStage<Token> join(DeviceId device, AppId app, BroadcastTopic topic) {
    return registrar.join(device, app, topic);
  }

  @Override
  public CompletionStage<Token> leave(DeviceId device, AppId app, BroadcastTopic topic) {
    return registrar.leave(device, app, topic);
  }

  @Override
  public CompletionStage<@Nullable Void> report(
      DeviceId device,
      Optional<AppId> app,
      Predicate<String> own,
      NotificationId id,
      StepName step) {
    return reports.report(device, app, own, id, step);
  }
}
