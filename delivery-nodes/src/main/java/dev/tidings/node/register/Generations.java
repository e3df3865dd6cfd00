package dev.tidings.node.register;

import dev.tidings.node.table.DeviceTable;
import dev.tidings.node.table.TableRule;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Token;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Decides from the records of devices whether a token is still the current one of its device and
 * app. Thread-safe; reads from disk.
 */
public final class Generations {
  /**
   * The rule of the table. A revoked token never becomes valid again, and an issued one is not
   * forgotten, whichever node writes late: a number only grows, and so do the steps of one number.
   */
  public static final TableRule<Generation> RULE =
      new TableRule<>() {
        @Override
        public boolean accepts(Generation before, @Nullable Generation after) {
          if (after == null || !Numbers.makeSense(before)) {
            // What makes no sense stands for a number that is not known: it is never forgotten.
            return after != null;
          }
          return Numbers.makeSense(after)
              && (after.getNumber() > before.getNumber()
                  || (after.getNumber() == before.getNumber() && step(after) >= step(before)));
        }

        // A token that was issued or revoked is so, whoever owns the device since.
        @Override
        public boolean countsLate() {
          return true;
        }

        // Its user, tags and details may have been written too late to count.
        @Override
        public @Nullable Generation behindLate(Generation late) {
          return late.getRegistered() ? Numbers.unsettled(late.getNumber()) : null;
        }

        // There was a record, and the current token can no longer be determined.
        @Override
        public Generation insteadOf(UnreadableRecordException why) {
          if (why.isSchemaUnknown()) {
            throw why;
          }
          return new Generation(Numbers.NONE, false, 0L, false, 0, null, null);
        }
      };

  private final DeviceTable<Generation> table;
  private final TokenMint mint;
  private final TokenCheck check;
  private final RevokedTokens revoked;

  /**
   * @param revoked where a revocation found here is noted, for threads that may not read from disk
   */
  public Generations(
      DeviceTable<Generation> table, TokenMint mint, TokenCheck check, RevokedTokens revoked) {
    this.table = table;
    this.mint = mint;
    this.check = check;
    this.revoked = revoked;
  }

  /**
   * The step that a number has reached: its predecessor is being revoked, then has been, and then
   * this number is the device's. The last step of one is the first of the next.
   */
  private static int step(Generation generation) {
    if (generation.getRegistered()) {
      return 2;
    }
    return generation.getRevoking() ? 0 : 1;
  }

  /**
   * Returns whether a token was revoked, if this node owns its device. A token that was not issued
   * here is not revoked. Must not be called on an event loop.
   *
   * @throws SerializationException if that cannot be determined now: the device's record cannot be
   *     read yet, or a newer one may not have been read, by which the token is the current one
   */
  public boolean isRevoked(DeviceId device, String app, String hex) {
    if (revoked.isRevoked(device, hex)) {
      return true;
    }
    Token token;
    AppId id;
    try {
      token = new Token(hex);
      id = new AppId(app);
    } catch (InvalidValueException e) {
      return false;
    }
    // Asked first: what is read before the table is complete may be old.
    boolean complete = table.isComplete(device);
    Optional<Generation> found = table.peek(new DeviceKey(device, app));
    if (found.isEmpty() || !Numbers.makeSense(found.get())) {
      return false;
    }
    boolean current =
        found.get().getRegistered() && mint.isOf(token, device, id, found.get().getNumber());
    if (current || check.check(token, id) != TokenCheck.Result.GENUINE) {
      return false;
    }
    if (!complete) {
      throw new SerializationException(
          "whether its token is revoked is not known before all records of its device are read");
    }
    // Of this device alone: a record that somebody else has written says nothing about a token that
    // another device has.
    revoked.addFound(device, hex);
    return true;
  }
}
