package dev.tidings.node.register;

import dev.tidings.node.table.DeviceTable;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Token;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Tells which tokens are a device's now. Unlike {@link Generations}, which ends what waits only if
 * its token is known to be revoked, this names a token only if the device's record says that it is
 * the current one, however long ago others were revoked; without a record, or with one that makes
 * no sense, there is none. Thread-safe; waits for the table.
 */
public final class CurrentTokens {
  /** As long a thread waits that reads the log for other devices as well. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final DeviceTable<Generation> table;
  private final TokenMint mint;
  private final RevokedTokens revoked;

  /**
   * @param revoked those that other applications have revoked are found there alone
   */
  public CurrentTokens(DeviceTable<Generation> table, TokenMint mint, RevokedTokens revoked) {
    this.table = table;
    this.mint = mint;
    this.revoked = revoked;
  }

  /**
   * Returns which tokens of an app are the device's. Must not be called on an event loop.
   *
   * @throws IllegalStateException if this node does not own the device, or its record is not
   *     available now
   */
  public Predicate<String> of(DeviceId device, String app) throws InterruptedException {
    AppId id;
    try {
      id = new AppId(app);
    } catch (InvalidValueException e) {
      return token -> false;
    }
    Optional<Generation> found = read(new DeviceKey(device, app));
    if (found.isEmpty() || !Numbers.makeSense(found.get()) || !found.get().getRegistered()) {
      return token -> false;
    }
    int number = found.get().getNumber();
    return token -> !revoked.isRevoked(device, token) && isOf(token, device, id, number);
  }

  /** Returns the token that the device has by its record of an app; empty if it has none. */
  public Optional<Token> by(DeviceId device, String app, Generation record) {
    if (!Numbers.makeSense(record) || !record.getRegistered()) {
      return Optional.empty();
    }
    try {
      return Optional.of(mint.mint(device, new AppId(app), record.getNumber()))
          .filter(token -> !revoked.isRevoked(device, token.hex()));
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }

  private Optional<Generation> read(DeviceKey key) throws InterruptedException {
    try {
      return table.get(key).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the device's record is not available", e);
    }
  }

  private boolean isOf(String hex, DeviceId device, AppId app, int number) {
    try {
      return mint.isOf(new Token(hex), device, app, number);
    } catch (InvalidValueException e) {
      return false;
    }
  }
}
