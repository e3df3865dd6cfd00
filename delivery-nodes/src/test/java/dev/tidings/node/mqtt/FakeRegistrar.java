package dev.tidings.node.mqtt;

import dev.tidings.node.register.Registrar;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Gives every app the same token, at once or when the test says so. */
public final class FakeRegistrar implements Registrar {
  public static final Token TOKEN = new Token("0123456789abcdef".repeat(4));

  public final List<String> asked = new ArrayList<>();
  final List<CompletableFuture<Token>> open = new ArrayList<>();
  boolean answersAtOnce = true;

  /** How long an answer takes. */
  public volatile Duration takes = Duration.ZERO;

  Set<BroadcastTopic> ownTags = Set.of();
  RuntimeException reportsFail;

  @Override
  public Set<BroadcastTopic> ownTags() {
    return ownTags;
  }

  @Override
  public CompletionStage<Token> register(
      DeviceId device,
      AppId app,
      Optional<String> locale,
      Optional<String> timeZone,
      Attributes attributes) {
    return ask(
        "register "
            + device
            + " "
            + app
            + locale.map(l -> " " + l).orElse("")
            + timeZone.map(z -> " " + z).orElse("")
            + attributes.user().map(u -> " " + u).orElse(attributes.nobody() ? " nobody" : "")
            + sorted(" +", attributes.given())
            + sorted(" -", attributes.taken()));
  }

  private static String sorted(String before, Set<BroadcastTopic> tags) {
    return tags.stream().map(tag -> before + tag).sorted().collect(Collectors.joining());
  }

  @Override
  public CompletionStage<Token> unregister(DeviceId device, AppId app) {
    return ask("unregister " + device + " " + app);
  }

  @Override
  public CompletionStage<Token> revoke(DeviceId device, AppId app) {
    return ask("revoke " + device + " " + app);
  }

  @Override
  public CompletionStage<Token> join(DeviceId device, AppId app, BroadcastTopic topic) {
    return ask("join " + device + " " + app + " " + topic);
  }

  @Override
  public CompletionStage<Token> leave(DeviceId device, AppId app, BroadcastTopic topic) {
    return ask("leave " + device + " " + app + " " + topic);
  }

  @Override
  public CompletionStage<Void> report(
      DeviceId device,
      Optional<AppId> app,
      Predicate<String> own,
      NotificationId id,
      StepName step) {
    if (reportsFail != null) {
      return CompletableFuture.failedFuture(reportsFail);
    }
    return ask(step + " " + device + " " + id + app.map(name -> " " + name).orElse(""))
        .thenApply(token -> null);
  }

  private synchronized CompletionStage<Token> ask(String question) {
    asked.add(question);
    CompletableFuture<Token> future = new CompletableFuture<>();
    open.add(future);
    if (!takes.isZero()) {
      return future.completeOnTimeout(TOKEN, takes.toMillis(), TimeUnit.MILLISECONDS);
    }
    if (answersAtOnce) {
      future.complete(TOKEN);
    }
    return future;
  }
}
