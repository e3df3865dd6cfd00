package dev.tidings.node.register;

import dev.tidings.node.log.write.LogWrite;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Registers devices in the log. A device's record for an app states which of its tokens is the
 * current one, and whether it is issued. Steps for one device and app are taken one after another,
 * each once the writes of the previous one are in the log; so after a crash between any two writes,
 * the next request repairs the state, whichever node owns the device then.
 */
public final class TokenRegistrar implements Registrar {
  /** Maximum number of requests in progress, of all devices. */
  private static final int MOST_OPEN = 20_000;

  /** The time after which a request is answered although the log has not acknowledged it. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The time within which a repeated registration of a device is not written again. */
  private static final Duration FRESH = Duration.ofDays(1);

  private final TokenMint mint;
  private final DeviceTable<Generation> generations;
  private final RevokedTokens revoked;
  private final LogWriter log;
  private final InstantSource clock;
  private final RegistrationLimits limits;
  private final Consumer<DeviceId> purge;
  private final DeviceRate rate;
  private final Serial<DeviceKey> requests = new Serial<>(MOST_OPEN, PATIENCE);

  /**
   * A device's first registrations for apps count towards a limit and are therefore serialized.
   * Each is part of a request, by which it is bounded.
   */
  private final Serial<DeviceId> firsts = new Serial<>(Integer.MAX_VALUE, Duration.ofDays(365));

  /**
   * @param revoked notified at once of each revoked token
   * @param nanoTime as {@link System#nanoTime}
   * @param purge called, on any thread, with a device of which a token was revoked
   */
  public TokenRegistrar(
      TokenMint mint,
      DeviceTable<Generation> generations,
      RevokedTokens revoked,
      LogWriter log,
      InstantSource clock,
      LongSupplier nanoTime,
      RegistrationLimits limits,
      Consumer<DeviceId> purge) {
    this.mint = mint;
    this.generations = generations;
    this.revoked = revoked;
    this.log = log;
    this.clock = clock;
    this.limits = limits;
    this.purge = purge;
    this.rate = new DeviceRate(limits.perMinute(), nanoTime);
  }

  @Override
  public CompletionStage<Token> register(
      DeviceId device, AppId app, Optional<String> locale, Optional<String> timeZone) {
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
                  clock.millis());
          return found == null
              ? firsts.run(device, () -> registerFirst(key, registration))
              : registerAgain(key, registration, found);
        });
  }

  private CompletionStage<Token> registerFirst(DeviceKey key, Registration registration) {
    return generations
        .all(key.device(), limits.apps())
        .thenCompose(apps -> {
          if (apps.size() >= limits.apps()) {
            throw new RefusedException(
                "app: one more than %d (expected: at most as many of one device, ever)"
                    .formatted(limits.apps()));
          }
          return write(key, registration, unrevoked(key, 0));
        });
  }

  private CompletionStage<Token> registerAgain(
      DeviceKey key, Registration registration, Generation found) {
    int number = found.getNumber();
    int next = unrevoked(key, number);
    if (next == number && found.getRegistered() && isFresh(found, registration)) {
      return CompletableFuture.completedFuture(token(key, number));
    }
    return (found.getRevoking() ? revoke(key, number - 1) : done())
        .thenCompose(nothing -> write(key, registration, next));
  }

  private static boolean isFresh(Generation found, Registration registration) {
    long age = registration.getSince() - found.getSince();
    return age >= 0 && age < FRESH.toMillis() && found.getDetails() == details(registration);
  }

  /** Writes the registration first, so that the generation record implies it. */
  private CompletionStage<Token> write(DeviceKey key, Registration registration, int number) {
    Token token = token(key, number);
    return write(LogTopics.REGISTRATIONS, token, registration)
        .thenCompose(nothing ->
            generations.put(
                key,
                new Generation(
                    number, true, registration.getSince(), false, details(registration))))
        .thenApply(nothing -> token);
  }

  private static int details(Registration registration) {
    return Arrays.asList(registration.getLocale(), registration.getTimeZone()).hashCode();
  }

  @Override
  public CompletionStage<Token> unregister(DeviceId device, AppId app) {
    DeviceKey key = new DeviceKey(device, app.value());
    return run(
        key,
        found -> {
          if (found == null || !(found.getRegistered() || found.getRevoking())) {
            // There is no record, so none has to be written.
            return CompletableFuture.completedFuture(token(key, 0));
          }
          int number = found.getNumber() + (found.getRegistered() ? 1 : 0);
          long now = clock.millis();
          return (found.getRegistered()
                  ? generations.put(key, new Generation(number, false, now, true, 0))
                  : done())
              .thenCompose(nothing -> revoke(key, number - 1))
              .thenCompose(
                  nothing -> generations.put(key, new Generation(number, false, now, false, 0)))
              .thenApply(nothing -> token(key, number - 1));
        });
  }

  /** Revokes the tokens of a number, made under any of the keys. */
  private CompletableFuture<@Nullable Void> revoke(DeviceKey key, int number) {
    List<Token> tokens = mint.mintAll(key.device(), new AppId(key.name()), number);
    Revocation revocation = new Revocation(clock.millis(), RevocationsTail.UNREGISTERED);
    tokens.forEach(token -> revoked.add(token.hex()));
    purge.accept(key.device());
    return all(tokens, token -> write(LogTopics.REVOCATIONS, token, revocation))
        .thenCompose(nothing -> all(tokens, token -> write(LogTopics.REGISTRATIONS, token, null)));
  }

  private static CompletableFuture<@Nullable Void> all(List<Token> tokens, TokenWrite write) {
    return CompletableFuture.allOf(tokens.stream().map(write::of).toArray(CompletableFuture[]::new))
        .thenApply(done -> null);
  }

  private CompletableFuture<@Nullable Void> write(
      LogTopic<?> topic, Token token, @Nullable SpecificRecord record) {
    CompletableFuture<@Nullable Void> stored = new CompletableFuture<>();
    Runnable done = () -> stored.complete(null);
    LogWrite write =
        record == null
            ? LogWrite.tombstone(topic, token.key(), done)
            : LogWrite.record(topic, token.key(), record, done);
    log.write(
        write.orElse(why ->
            stored.completeExceptionally(new IllegalStateException(topic + ": refused: " + why))));
    return stored;
  }

  private CompletionStage<Token> run(DeviceKey key, Step step) {
    long early = rate.take(key.device());
    if (early > 0) {
      return CompletableFuture.failedFuture(
          new RefusedException(
              "try again in %d s: more than %d requests a minute"
                  .formatted(early, limits.perMinute())));
    }
    if (log.isFull()) {
      // Requests that were answered without being written are bounded by it.
      return CompletableFuture.failedFuture(
          new RefusedException("try again: the log takes nothing at the moment"));
    }
    return requests.run(
        key,
        () ->
            generations
                .get(key)
                .thenCompose(found -> step.take(found.map(this::sane).orElse(null))));
  }

  /**
   * Replaces an invalid record, which hides the tokens issued before: counting continues above
   * them.
   */
  private Generation sane(Generation found) {
    return Numbers.makeSense(found)
        ? found
        : new Generation(Numbers.anew(clock.millis()), false, 0L, false, 0);
  }

  /** Returns a number that no other program's record has revoked. */
  private int unrevoked(DeviceKey key, int number) {
    int next = number;
    while (next <= Numbers.LAST && revoked.isRevoked(token(key, next).hex())) {
      next++;
    }
    if (next > Numbers.LAST) {
      throw new RefusedException("app: none of its %d tokens is left".formatted(Numbers.LAST));
    }
    return next;
  }

  private Token token(DeviceKey key, int number) {
    return mint.mint(key.device(), new AppId(key.name()), number);
  }

  private static CompletableFuture<@Nullable Void> done() {
    return CompletableFuture.completedFuture(null);
  }

  /** An action on a record. */
  private interface Step {
    CompletionStage<Token> take(@Nullable Generation found);
  }

  /** A write about a token. */
  private interface TokenWrite {
    CompletableFuture<@Nullable Void> of(Token token);
  }
}
