package dev.tidings.node.register;

import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.register.RefusedException.Reason;
import dev.tidings.node.register.Registrar.Attributes;
import dev.tidings.node.subscriber.ProviderChange;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.schemas.avro.ErasedToken;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Registers devices in the log, and what they join of an app they are registered for. A device's
 * record for an app states which of its tokens is the current one, and whether it is issued. Steps
 * for one device and app are taken one after another, each once the writes of the previous one are
 * in the log; so after a crash between any two writes, the next request repairs the state,
 * whichever node owns the device then. Longer than most: all of these steps share one order.
 */
public final class TokenRegistrar {
  /** Maximum number of requests in progress, of all devices. */
  private static final int MOST_OPEN = 20_000;

  /** The time after which a request is answered although the log has not acknowledged it. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The time within which a repeated registration of a device is not written again. */
  private static final Duration FRESH = Duration.ofDays(1);

  /** Tells a registration with a record under its address from one of an earlier version. */
  private static final String ADDRESSED = "addressed";

  private final DeviceTable<Generation> generations;
  private final InstantSource clock;
  private final RegistrationLimits limits;
  private final RequestRate rate;
  private final RequestMeters meters;
  private final TokenWrites tokens;
  private final JoinedTopics topics;
  private final Serial<DeviceKey> requests = new Serial<>(MOST_OPEN, PATIENCE);

  /**
   * A device's first registrations for apps, and the topics that it joins, count towards a limit
   * and are therefore serialized. Each is part of a request, by which it is bounded.
   */
  private final Serial<DeviceId> firsts = new Serial<>(Integer.MAX_VALUE, Duration.ofDays(365));

  /**
   * @param revoked notified at once of each revoked token
   * @param nanoTime as {@link System#nanoTime}
   * @param purge called, on any thread, with a device of which a token was revoked
   * @param topics those that devices have joined
   */
  public TokenRegistrar(
      TokenMint mint,
      DeviceTable<Generation> generations,
      RevokedTokens revoked,
      LogWriter log,
      InstantSource clock,
      LongSupplier nanoTime,
      RegistrationLimits limits,
      Consumer<DeviceId> purge,
      JoinedTopics topics,
      MeterRegistry metrics) {
    this.generations = generations;
    this.clock = clock;
    this.limits = limits;
    this.topics = topics;
    this.tokens = new TokenWrites(mint, generations, revoked, log, clock, purge);
    this.rate = new RequestRate("requests", limits.requests(), log::isFull, nanoTime);
    this.meters = RequestMeters.ofRegistrations(metrics);
  }

  /** See {@link Registrar#register}. */
  public CompletionStage<Token> register(
      DeviceId device,
      AppId app,
      Optional<String> locale,
      Optional<String> timeZone,
      Attributes attributes) {
    DeviceKey key = new DeviceKey(device, app.value());
    return run(
        key,
        found -> {
          Registration registration =
              new Registration(
                  device.value(),
                  app.value(),
                  locale.orElse(null),
                  timeZone.orElse(null),
                  clock.millis(),
                  null);
          Wanted wanted = new Wanted(registration, attributes);
          return found == null
              ? firsts.run(device, () -> registerFirst(key, wanted))
              : registerAgain(key, wanted, found);
        });
  }

  private CompletionStage<Token> registerFirst(DeviceKey key, Wanted wanted) {
    return generations
        .all(key.device(), limits.apps())
        .thenCompose(apps -> {
          if (apps.size() >= limits.apps()) {
            throw new RefusedException(
                Reason.APPS,
                "app: one more than %d (expected: at most as many of one device, ever)"
                    .formatted(limits.apps()));
          }
          int number = tokens.unrevoked(key, 0);
          return generations
              .put(key, Numbers.unsettled(number))
              .thenCompose(nothing -> write(key, wanted, number));
        });
  }

  private CompletionStage<Token> registerAgain(DeviceKey key, Wanted wanted, Generation found) {
    int number = found.getNumber();
    int next = tokens.unrevoked(key, number);
    if (next == number && found.getRegistered() && wanted.isFresh(found)) {
      return CompletableFuture.completedFuture(tokens.token(key, number));
    }
    return (found.getRevoking()
            ? tokens.revoke(key, number - 1, RevocationsTail.UNREGISTERED)
            : TokenWrites.done())
        // Before the record has the next number: after a crash in between it is done again.
        .thenCompose(nothing -> forgetBetween(key, number, next))
        .thenCompose(nothing ->
            next == number && found.getRegistered()
                ? unsettle(key, found)
                : generations.put(key, Numbers.unsettled(next)))
        .thenCompose(nothing -> write(key, wanted, next));
  }

  /**
   * Removes what has been written under tokens that another program has revoked: nothing compares
   * them with its revocations once the device has another.
   */
  private CompletionStage<@Nullable Void> forgetBetween(DeviceKey key, int number, int next) {
    if (next == number) {
      return TokenWrites.done();
    }
    List<Token> ended = tokens.between(key, number, next);
    return topics
        .leaveAll(key.device(), new AppId(key.name()), ended)
        .thenCompose(nothing -> tokens.forget(ended));
  }

  /**
   * Before anything is changed of what a registration has written, its record says that this has to
   * be written anew: after a crash in between, the device that registers as before would be taken
   * for one of which nothing has changed. Where none was registered it says so first, too: what is
   * cut short can be given back and erased then, as what is complete.
   */
  private CompletionStage<@Nullable Void> unsettle(DeviceKey key, Generation found) {
    return found.getRegistered() && Wanted.isRecent(found, clock.millis())
        ? generations.put(key, Numbers.unsettled(found.getNumber()))
        : TokenWrites.done();
  }

  /**
   * Writes the registration first, and under the device's address which token it is, then what it
   * says of the device, so that the generation record implies all of it.
   */
  private CompletionStage<Token> write(DeviceKey key, Wanted wanted, int number) {
    Registration registration = wanted.registration();
    Token token = tokens.token(key, number);
    Registration addressed = Registration.newBuilder(registration).setToken(token.hex()).build();
    return tokens
        .write(LogTopics.REGISTRATIONS, token, registration)
        .thenCombine(
            tokens.write(LogTopics.REGISTRATIONS, TokenWrites.address(key), addressed),
            (_, _) -> token)
        .thenCompose(_ -> topics.apply(key, wanted.attributes(), token))
        .thenCompose(_ ->
            generations.put(
                key,
                new Generation(
                    number,
                    true,
                    registration.getSince(),
                    false,
                    wanted.details(),
                    registration.getLocale(),
                    registration.getTimeZone())))
        .thenApply(nothing -> token);
  }

  /** See {@link Registrar#unregister}. */
  public CompletionStage<Token> unregister(DeviceId device, AppId app) {
    DeviceKey key = new DeviceKey(device, app.value());
    return run(key, found -> giveBack(key, app, found));
  }

  /** See {@link Registrar#revoke}. */
  public CompletionStage<Token> revoke(DeviceId device, AppId app) {
    DeviceKey key = new DeviceKey(device, app.value());
    return requests.run(key, () -> onRecord(key, found -> giveBack(key, app, found)));
  }

  private CompletionStage<Token> giveBack(DeviceKey key, AppId app, @Nullable Generation found) {
    if (found == null || !(found.getRegistered() || found.getRevoking())) {
      return CompletableFuture.completedFuture(tokens.token(key, Numbers.next(found)));
    }
    // Its topics first: nothing finds them after a crash once the token has gone.
    return unsettle(key, found)
        .thenCompose(nothing -> topics.leaveAll(key.device(), app))
        .thenCompose(left -> tokens.giveBack(key, found, RevocationsTail.UNREGISTERED));
  }

  /** See {@link Registrar#join}. */
  public CompletionStage<Token> join(DeviceId device, AppId app, BroadcastTopic topic) {
    DeviceKey key = new DeviceKey(device, app.value());
    return run(
        key,
        found -> {
          if (found == null
              || !found.getRegistered()
              || tokens.unrevoked(key, found.getNumber()) != found.getNumber()) {
            throw new RefusedException(
                Reason.APP,
                "app: %s (expected: one that the device has registered)".formatted(app));
          }
          Token token = tokens.token(key, found.getNumber());
          return firsts
              .run(device, () -> topics.join(device, app, topic, token))
              .thenApply(joined -> token);
        });
  }

  /** See {@link Registrar#leave}. */
  public CompletionStage<Token> leave(DeviceId device, AppId app, BroadcastTopic topic) {
    DeviceKey key = new DeviceKey(device, app.value());
    return run(
        key,
        found ->
            topics
                .leave(device, app, topic)
                .thenApply(left -> tokens.token(key, Numbers.next(found))));
  }

  /**
   * Joins or leaves a topic because the app's provider requests it, with the token that it named.
   * Not limited as the device's own requests are, except for how many topics it may join.
   */
  public CompletionStage<ProviderChange> change(
      TopicMembership membership, Token token, boolean joins) {
    DeviceKey key = new DeviceKey(membership.device(), membership.app().value());
    return requests.run(
        key,
        () ->
            generations
                .get(key)
                .thenCompose(found ->
                    topics.change(membership, tokens.current(key, found, token), joins, firsts)));
  }

  /**
   * Returns what an erasure has to end: the app's current token, or the one before if its
   * revocation may still have to be written.
   */
  public Optional<ErasedToken> erasable(String app, Generation found) {
    if (!Numbers.makeSense(found) || !Numbers.isApp(app)) {
      return Optional.empty();
    }
    if (found.getRegistered()) {
      return Optional.of(new ErasedToken(app, found.getNumber()));
    }
    return found.getRevoking()
        ? Optional.of(new ErasedToken(app, found.getNumber() - 1))
        : Optional.empty();
  }

  /**
   * Revokes the token of a number; if that has been done, nothing is written, and a token that the
   * device has registered since stays. Not limited as the device's own requests are.
   */
  public CompletionStage<Token> erase(DeviceId device, ErasedToken ended) {
    DeviceKey key = new DeviceKey(device, ended.getApp());
    int number = ended.getNumber();
    return requests.run(
        key,
        () ->
            generations
                .get(key)
                .thenCompose(found -> {
                  List<Token> gone = tokens.note(key, number, RevocationsTail.ERASED);
                  return found
                      .filter(record -> Numbers.isToEnd(record, number))
                      .map(record ->
                          unsettle(key, record)
                              .thenCompose(
                                  nothing -> topics.leaveAll(device, new AppId(ended.getApp())))
                              .thenCompose(
                                  left -> tokens.giveBack(key, record, RevocationsTail.ERASED)))
                      .orElseGet(() ->
                          topics
                              .leaveAll(device, new AppId(ended.getApp()), gone)
                              .thenApply(left -> tokens.token(key, number)));
                }));
  }

  /**
   * Leaves the topics of apps that a device is not registered for: nothing has ended them with a
   * token. Not limited as the device's own requests are.
   */
  public CompletionStage<@Nullable Void> leaveEnded(DeviceId device) {
    return topics
        .apps(device)
        .thenCompose(apps ->
            CompletableFuture.allOf(
                    apps.stream()
                        .map(app -> leaveEnded(new DeviceKey(device, app.value()), app))
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture[]::new))
                .thenApply(nothing -> null));
  }

  /** Returns whether it was not registered. */
  private CompletionStage<Boolean> leaveEnded(DeviceKey key, AppId app) {
    return requests.run(
        key,
        () ->
            generations
                .get(key)
                .thenCompose(found ->
                    found.filter(Generation::getRegistered).isPresent()
                        ? CompletableFuture.completedFuture(false)
                        : topics.leaveAll(key.device(), app).thenApply(left -> true)));
  }

  /**
   * Another application has revoked the token of a number: if it is the device's, that is noted, so
   * that it is never made again, and the device leaves the topics that it joined with it. Not
   * limited as the device's own requests are.
   */
  public CompletionStage<Token> revokedByOthers(DeviceKey key, int number) {
    return requests.run(
        key,
        () -> tokens.end(key, number, () -> topics.leaveAll(key.device(), new AppId(key.name()))));
  }

  private CompletionStage<Token> run(DeviceKey key, Step step) {
    CompletionStage<Token> answer =
        rate.take(key.device())
            .<CompletionStage<Token>>map(CompletableFuture::failedFuture)
            .orElseGet(() -> requests.run(key, () -> onRecord(key, step)));
    var _ = answer.whenComplete((token, failure) -> meters.ended(failure));
    return answer;
  }

  private CompletionStage<Token> onRecord(DeviceKey key, Step step) {
    return generations
        .get(key)
        .thenCompose(found -> step.take(Numbers.sane(found, clock.millis())));
  }

  /** A registration as its device has asked for it. */
  private record Wanted(Registration registration, Attributes attributes) {
    boolean isFresh(Generation found) {
      return registration.getSince() >= found.getSince()
          && isRecent(found, registration.getSince())
          && found.getDetails() == details();
    }

    /** Returns whether the record may be fresh for somebody, now or later. */
    static boolean isRecent(Generation found, long now) {
      return !Numbers.isUnsettled(found) && now - found.getSince() < FRESH.toMillis();
    }

    int details() {
      int hash =
          Arrays.asList(registration.getLocale(), registration.getTimeZone(), ADDRESSED).hashCode();
      return attributes.equals(Attributes.NONE) ? hash : hash ^ attributes.digest();
    }
  }

  /** An action on a record. */
  private interface Step {
    CompletionStage<Token> take(@Nullable Generation found);
  }
}
