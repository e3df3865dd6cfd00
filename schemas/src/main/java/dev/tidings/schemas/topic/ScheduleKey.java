package dev.tidings.schemas.topic;

import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The key of a scheduled notification: the token (64 characters) ‖ the notification's id (36), or,
 * for a withdrawal on its way to it, the same and one character more. It is partitioned by the
 * token alone, as the topic {@code notifications} is.
 *
 * @param id of the scheduled notification
 * @param withdrawal whether the record withdraws it
 */
public record ScheduleKey(Token token, NotificationId id, boolean withdrawal) {
  private static final int TOKEN_LENGTH = 64;
  private static final int ID_LENGTH = 36;
  private static final int LENGTH = TOKEN_LENGTH + ID_LENGTH;
  private static final byte WITHDRAWAL = '-';

  /** Returns the key of the notification to the token. */
  public static ScheduleKey of(Token token, NotificationId id) {
    return new ScheduleKey(token, id, false);
  }

  /** Returns the key of the withdrawal of a notification. */
  public ScheduleKey ofWithdrawal() {
    return new ScheduleKey(token, id, true);
  }

  /** Returns the key of the withdrawal of what has a key. */
  public static byte[] withdrawalOf(byte[] key) {
    byte[] longer = Arrays.copyOf(key, key.length + 1);
    longer[key.length] = WITHDRAWAL;
    return longer;
  }

  /** Returns the partition of a key, or of a token. */
  public static int partition(byte[] key, int partitions) {
    byte[] token = key.length <= TOKEN_LENGTH ? key : Arrays.copyOf(key, TOKEN_LENGTH);
    return Partitioning.partition(token, partitions);
  }

  /** Returns whether the bytes are the key of a withdrawal, if they are a key. */
  public static boolean isWithdrawal(byte[] key) {
    return key.length == LENGTH + 1 && key[LENGTH] == WITHDRAWAL;
  }

  public byte[] bytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(withdrawal ? LENGTH + 1 : LENGTH).put(token.key()).put(id.key());
    if (withdrawal) {
      bytes.put(WITHDRAWAL);
    }
    return bytes.array();
  }

  /**
   * Reads a key.
   *
   * @throws InvalidValueException if the bytes are no such key
   */
  public static ScheduleKey parse(byte[] key) {
    boolean withdrawal = isWithdrawal(key);
    if (key.length != LENGTH && !withdrawal) {
      throw new InvalidValueException(
          "schedule key", key.length + " bytes", "a token and a notification id");
    }
    // Not as lenient as with a provider's token: the bytes are those of our own form, or none.
    Token token = new Token(new String(key, 0, TOKEN_LENGTH, StandardCharsets.ISO_8859_1));
    String id = new String(key, TOKEN_LENGTH, ID_LENGTH, StandardCharsets.ISO_8859_1);
    return new ScheduleKey(token, new NotificationId(id), withdrawal);
  }
}
