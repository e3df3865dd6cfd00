package dev.tidings.node.register;

import dev.tidings.node.log.write.LogWrite;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.register.RefusedException.Reason;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.token.DeviceAddress;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What is written about tokens: that one is revoked, in an order in which a crash between any two
 * writes leaves nothing that the next step does not repair. Thread-safe.
 */
final class TokenWrites {
  private final TokenMint mint;
  private final DeviceTable<Generation> generations;
  private final RevokedTokens revoked;
  private final LogWriter log;
  private final InstantSource clock;
  private final Consumer<DeviceId> purge;

  /**
   * @param revoked notified at once of each revoked token
   * @param purge called, on any thread, with a device of which a token was revoked
   */
  TokenWrites(
      TokenMint mint,
      DeviceTable<Generation> generations,
      RevokedTokens revoked,
      LogWriter log,
      InstantSource clock,
      Consumer<DeviceId> purge) {
    this.mint = mint;
    this.generations = generations;
    this.revoked = revoked;
    this.log = log;
    this.clock = clock;
    this.purge = purge;
  }

  /** Ends the token of a record, and what is left of the revocation of the one before. */
  CompletionStage<Token> giveBack(DeviceKey key, Generation found, String why) {
    int number = found.getNumber() + (found.getRegistered() ? 1 : 0);
    long now = clock.millis();
    return (found.getRegistered()
            ? generations.put(key, new Generation(number, false, now, true, 0, null, null))
            : done())
        .thenCompose(nothing -> revoke(key, number - 1, why))
        .thenCompose(nothing ->
            generations.put(key, new Generation(number, false, now, false, 0, null, null)))
        .thenApply(nothing -> token(key, number - 1));
  }

  /**
   * Ends the token of a number without revoking it, which somebody else has done, if it is the one
   * that the device has. The device's record is written last: before, this would be done again.
   *
   * @param first what is to be done before, if it is
   */
  CompletionStage<Token> end(
      DeviceKey key, int number, Supplier<CompletableFuture<@Nullable Void>> first) {
    return generations
        .get(key)
        .thenCompose(found ->
            found
                .filter(record -> Numbers.makeSense(record) && record.getRegistered())
                .filter(record -> record.getNumber() == number)
                .map(record ->
                    first
                        .get()
                        .thenCompose(nothing ->
                            unregister(
                                key, mint.mintAll(key.device(), new AppId(key.name()), number)))
                        .thenCompose(nothing ->
                            generations.put(
                                key,
                                new Generation(
                                    number + 1, false, clock.millis(), false, 0, null, null))))
                .orElseGet(TokenWrites::done))
        .thenApply(_ -> token(key, number));
  }

  /** Returns the tokens of the numbers from one to before another, made under any of the keys. */
  List<Token> between(DeviceKey key, int from, int to) {
    AppId app = new AppId(key.name());
    return IntStream.range(from, to)
        .mapToObj(number -> mint.mintAll(key.device(), app, number))
        .flatMap(List::stream)
        .toList();
  }

  /** Removes the registrations of tokens; the address of their device stays. */
  CompletableFuture<@Nullable Void> forget(List<Token> tokens) {
    return all(tokens, token -> write(LogTopics.REGISTRATIONS, token, null));
  }

  private CompletableFuture<@Nullable Void> unregister(DeviceKey key, List<Token> tokens) {
    return forget(tokens)
        .thenCompose(nothing -> write(LogTopics.REGISTRATIONS, address(key), null));
  }

  /** Returns a number that no other program's record has revoked. */
  int unrevoked(DeviceKey key, int number) {
    int next = number;
    while (next <= Numbers.LAST && revoked.isRevoked(key.device(), token(key, next).hex())) {
      next++;
    }
    if (next > Numbers.LAST) {
      throw new RefusedException(
          Reason.APP, "app: none of its %d tokens is left".formatted(Numbers.LAST));
    }
    return next;
  }

  /** Revokes the tokens of a number, made under any of the keys. */
  CompletableFuture<@Nullable Void> revoke(DeviceKey key, int number, String why) {
    List<Token> tokens = note(key, number, why);
    Revocation revocation = new Revocation(clock.millis(), why);
    purge.accept(key.device());
    return all(tokens, token -> write(LogTopics.REVOCATIONS, token, revocation))
        .thenCompose(nothing -> unregister(key, tokens));
  }

  /** Returns the address under which the current token is found. */
  static Token address(DeviceKey key) {
    return DeviceAddress.of(key.device(), new AppId(key.name()));
  }

  /** Notes the tokens of a number as revoked. */
  List<Token> note(DeviceKey key, int number, String why) {
    List<Token> tokens = mint.mintAll(key.device(), new AppId(key.name()), number);
    for (Token token : tokens) {
      if (why.equals(RevocationsTail.ERASED)) {
        revoked.addErased(token.hex());
      } else {
        revoked.add(token.hex());
      }
    }
    return tokens;
  }

  private static CompletableFuture<@Nullable Void> all(List<Token> tokens, TokenWrite write) {
    return CompletableFuture.allOf(tokens.stream().map(write::of).toArray(CompletableFuture[]::new))
        .thenApply(done -> null);
  }

  CompletableFuture<@Nullable Void> write(
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

  /**
   * Returns the token that the device gets now, if it is the one that a provider has named: that
   * may be made under an older key.
   */
  Optional<Token> current(DeviceKey key, Optional<Generation> found, Token named) {
    return found
        .filter(record -> Numbers.makeSense(record) && record.getRegistered())
        .filter(record -> mint.isOf(named, key.device(), new AppId(key.name()), record.getNumber()))
        .map(record -> token(key, record.getNumber()))
        .filter(token -> !revoked.isRevoked(token.hex()));
  }

  Token token(DeviceKey key, int number) {
    return mint.mint(key.device(), new AppId(key.name()), number);
  }

  static CompletableFuture<@Nullable Void> done() {
    return CompletableFuture.completedFuture(null);
  }

  /** A write about a token. */
  private interface TokenWrite {
    CompletableFuture<@Nullable Void> of(Token token);
  }
}
