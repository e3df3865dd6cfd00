package dev.tidings.node.register;

import dev.tidings.node.log.LogWrite;
import dev.tidings.node.log.LogWriter;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.revoked.RevokedTokens;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Registers in the log. Nothing is looked up: the token follows from the device, the app and how
 * many earlier ones were revoked, which the table of revocations tells.
 */
public final class TokenRegistrar implements Registrar {
  private final TokenMint mint;
  private final RevokedTokens revoked;
  private final LogWriter log;
  private final InstantSource clock;
  private final Consumer<DeviceId> purge;

  /**
   * @param revoked all of them: complete before the first call
   * @param purge told of a device once a token of it is revoked, on the producer's thread
   */
  public TokenRegistrar(
      TokenMint mint,
      RevokedTokens revoked,
      LogWriter log,
      InstantSource clock,
      Consumer<DeviceId> purge) {
    this.mint = mint;
    this.revoked = revoked;
    this.log = log;
    this.clock = clock;
    this.purge = purge;
  }

  @Override
  public CompletionStage<Token> register(
      DeviceId device, AppId app, Optional<String> locale, Optional<String> timeZone) {
    Token token = current(device, app);
    Registration registration =
        new Registration(
            device.value(),
            app.value(),
            locale.orElse(null),
            timeZone.orElse(null),
            clock.millis());
    CompletableFuture<Token> stored = new CompletableFuture<>();
    log.write(
        LogWrite.record(
            LogTopics.REGISTRATIONS, token.key(), registration, () -> stored.complete(token)));
    return stored;
  }

  @Override
  public CompletionStage<Token> unregister(DeviceId device, AppId app) {
    Token token = current(device, app);
    long now = clock.millis();
    CompletableFuture<Token> stored = new CompletableFuture<>();
    // At once here, so that a registration that follows makes a new token; through the log
    // elsewhere.
    revoked.revoke(token, now);
    log.write(
        LogWrite.record(
            LogTopics.REVOCATIONS,
            token.key(),
            new Revocation(now, "unregistered by the device"),
            () -> {
              purge.accept(device);
              log.write(
                  LogWrite.tombstone(
                      LogTopics.REGISTRATIONS, token.key(), () -> stored.complete(token)));
            }));
    return stored;
  }

  /** The first token of the device and app that is not revoked. */
  private Token current(DeviceId device, AppId app) {
    int generation = 0;
    Token token = mint.mint(device, app, generation);
    while (revoked.revokedSince(token).isPresent()) {
      generation++;
      token = mint.mint(device, app, generation);
    }
    return token;
  }
}
