package dev.tidings.node.register.others;

import dev.tidings.node.register.RevokedTokens;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Token;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in the records of devices which of their tokens other applications have revoked, so that
 * none of them is made again. A revocation names its token alone, from which the device cannot be
 * found. So all records of this node are compared with the tokens that it remembers: a while after
 * one came, and after it took over a partition. Each is remembered until it was in a whole
 * comparison; where too many come for that, no more are read before it has ended. For the thread
 * that reads revocations.
 */
public final class ForeignRevocations {
  /** How long after a comparison the next one begins. It reads every record of this node. */
  static final Duration BETWEEN = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(ForeignRevocations.class);

  private final DeviceTable<Generation> generations;
  private final TokenMint mint;
  private final RevokedTokens revoked;
  private final Note note;

  /** How many there were, and how many partitions had been taken over, when it began. */
  private record State(long foreign, long takeovers) {}

  private State noted = new State(0, 0);
  private State compared = noted;
  private @Nullable CompletableFuture<?> comparison;
  private @Nullable Long nextNanos;

  /** Notes that the token of a number was revoked. */
  @FunctionalInterface
  public interface Note {
    CompletionStage<?> of(DeviceKey key, int number);
  }

  public ForeignRevocations(
      DeviceTable<Generation> generations, TokenMint mint, RevokedTokens revoked, Note note) {
    this.generations = generations;
    this.mint = mint;
    this.revoked = revoked;
    this.note = note;
  }

  /**
   * Does what is due. Does not block.
   *
   * @param nanos as {@link System#nanoTime}
   * @return whether there is room for more revocations
   */
  public boolean turn(long nanos) {
    CompletableFuture<?> running = comparison;
    if (running != null && running.isDone()) {
      comparison = null;
      nextNanos = nanos + BETWEEN.toNanos();
      if (!running.isCompletedExceptionally()) {
        noted = compared;
      }
    }
    State now = new State(revoked.foreign(), generations.takeovers());
    boolean full = now.foreign() - noted.foreign() >= revoked.most() / 2;
    Long due = nextNanos;
    boolean isDue = full || due == null || nanos - due >= 0;
    if (comparison == null && isDue && now.foreign() > 0 && !now.equals(noted)) {
      compared = now;
      comparison = compare();
    }
    return !full;
  }

  /** Returns whether all that have come are noted. */
  public boolean isNoted() {
    return noted.foreign() == revoked.foreign();
  }

  private CompletableFuture<?> compare() {
    Queue<CompletableFuture<?>> notes = new ConcurrentLinkedQueue<>();
    return generations
        .every((key, current) -> compare(key, current, notes))
        .thenCompose(_ -> CompletableFuture.allOf(notes.toArray(CompletableFuture[]::new)))
        .whenComplete((_, failure) -> {
          if (failure != null) {
            log.warn("revocations by other applications are not all noted: {}", failure + "");
          } else if (!notes.isEmpty()) {
            log.info("{} tokens were revoked by other applications: noted", notes.size());
          }
        });
  }

  private void compare(
      DeviceKey key, Supplier<Optional<Generation>> current, Queue<CompletableFuture<?>> notes) {
    current
        .get()
        .filter(Generation::getRegistered)
        .filter(record -> isRevoked(key, record.getNumber()))
        .ifPresent(record -> notes.add(note.of(key, record.getNumber()).toCompletableFuture()));
  }

  private boolean isRevoked(DeviceKey key, int number) {
    try {
      Token token = mint.mint(key.device(), new AppId(key.name()), number);
      return revoked.isRevoked(token.hex());
    } catch (InvalidValueException e) {
      // A record of another program: nothing is made for it.
      return false;
    }
  }
}
