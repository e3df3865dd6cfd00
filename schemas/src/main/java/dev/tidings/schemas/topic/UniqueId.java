package dev.tidings.schemas.topic;

import dev.tidings.schemas.value.NotificationId;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Identifies one notification to one token, because several may have the same id: {@code
 * apns-unique-id}. It is a UUID of version 8 that can be looked up without an index: 48 bits are
 * the beginning of the notification's id, so that they are found together in a table sorted by id;
 * 31 bits are the id's murmur2, which tells the partition of its receipts; 43 bits are of the
 * token's hash.
 *
 * @param value the UUID as it is written
 */
public record UniqueId(UUID value) {
  private static final int VERSION = 8;
  private static final int PREFIX_LENGTH = 13;
  private static final int TOKEN_BITS = 43;
  private static final long TOKEN_MASK = (1L << TOKEN_BITS) - 1;
  private static final int LOW_HASH_BITS = 19;
  private static final int HIGH_HASH_MASK = 0xFFF;

  /**
   * Returns the unique id of an id and a token.
   *
   * @param token null if there is none: it then identifies the id alone
   */
  public static UniqueId of(NotificationId id, @Nullable String token) {
    return of(id, token == null ? 0 : ReceiptKey.hash(token));
  }

  /** Returns the unique id of the notification of a receipt. */
  public static UniqueId of(ReceiptKey key) {
    String mark = key.mark();
    return of(key.id(), mark == null ? 0 : Long.parseUnsignedLong(mark, 16));
  }

  private static UniqueId of(NotificationId id, long tokenHash) {
    long start = UUID.fromString(id.value()).getMostSignificantBits() & 0xFFFF_FFFF_FFFF_0000L;
    long partition = Utils.toPositive(Utils.murmur2(id.key()));
    long most = start | (long) VERSION << 12 | (partition >>> LOW_HASH_BITS & HIGH_HASH_MASK);
    long least =
        0x8000_0000_0000_0000L
            | (partition & ((1L << LOW_HASH_BITS) - 1)) << TOKEN_BITS
            | (tokenHash & TOKEN_MASK);
    return new UniqueId(new UUID(most, least));
  }

  /** Reads an id as a unique id; empty if it is not one. */
  public static Optional<UniqueId> parse(NotificationId text) {
    UUID value = UUID.fromString(text.value());
    return value.version() == VERSION && value.variant() == 2
        ? Optional.of(new UniqueId(value))
        : Optional.empty();
  }

  /** Returns the partition of the receipt that it identifies. */
  public int partition(int partitions) {
    long high = value.getMostSignificantBits() & HIGH_HASH_MASK;
    long low = value.getLeastSignificantBits() >>> TOKEN_BITS & ((1L << LOW_HASH_BITS) - 1);
    return (int) ((high << LOW_HASH_BITS | low) % partitions);
  }

  /** Returns the prefix of the keys of the receipts that it may identify. */
  public String keyPrefix() {
    return value.toString().substring(0, PREFIX_LENGTH);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
