package dev.tidings.ingest.trace.index;

import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The key of a row: the app, and behind it the row's place among those of the app, which is its
 * time, the latest first, its id and the mark of its token. Places compare as bytes.
 *
 * @param at when it was accepted, in ms since the epoch
 * @param mark of its token; null if it has none
 */
public record IndexKey(String app, long at, NotificationId id, @Nullable String mark) {
  /** The first byte of all rows. */
  private static final byte ROW = 1;

  /** Behind the app, which has letters, digits and the like alone. */
  private static final byte END_OF_APP = 0;

  private static final int ID_BYTES = 2 * Long.BYTES;
  private static final int SHORTEST = Long.BYTES + ID_BYTES;
  private static final int LONGEST = SHORTEST + Long.BYTES;
  private static final HexFormat HEX = HexFormat.of();

  /** Returns the key of the row of a receipt; empty if nobody could ask for it. */
  static Optional<IndexKey> of(@Nullable String app, long at, ReceiptKey receipt) {
    try {
      return app == null
          ? Optional.empty()
          : Optional.of(
              new IndexKey(new AppId(app).value(), Math.max(0, at), receipt.id(), receipt.mark()));
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }

  /** Returns the key of its receipt. */
  public ReceiptKey receipt() {
    return new ReceiptKey(id, mark, ReceiptKey.Kind.FIRST);
  }

  /** Returns its place among the rows of the app. */
  public byte[] place() {
    ByteBuffer place = ByteBuffer.allocate(mark == null ? SHORTEST : LONGEST);
    writePlace(place);
    return place.array();
  }

  private void writePlace(ByteBuffer place) {
    UUID uuid = UUID.fromString(id.value());
    place
        .putLong(inverted(at))
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits());
    if (mark != null) {
      place.putLong(Long.parseUnsignedLong(mark, 16));
    }
  }

  Bytes bytes() {
    byte[] name = app.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer key =
        ByteBuffer.allocate(name.length + 2 + (mark == null ? SHORTEST : LONGEST))
            .put(ROW)
            .put(name)
            .put(END_OF_APP);
    writePlace(key);
    return Bytes.wrap(key.array());
  }

  /** Returns whether it may be the place of a row. */
  public static boolean isPlace(byte[] bytes) {
    return bytes.length == SHORTEST || bytes.length == LONGEST;
  }

  /** Returns the key with this place, or the beginning of one, among the rows of an app. */
  static Bytes of(String app, byte[] place) {
    byte[] name = app.getBytes(StandardCharsets.US_ASCII);
    return Bytes.wrap(
        ByteBuffer.allocate(name.length + 2 + place.length)
            .put(ROW)
            .put(name)
            .put(END_OF_APP)
            .put(place)
            .array());
  }

  /** Returns where the rows of an app begin that were accepted at a time, or before. */
  static Bytes first(String app, long at) {
    return of(app, ByteBuffer.allocate(Long.BYTES).putLong(inverted(at)).array());
  }

  /** Returns what is behind the rows of an app that were accepted at a time, or later. */
  static Bytes behind(String app, long at) {
    return of(app, ByteBuffer.allocate(Long.BYTES).putLong(inverted(at) + 1).array());
  }

  /** Returns what is behind all rows of an app. */
  static Bytes behind(String app) {
    return Bytes.wrap(
        ByteBuffer.allocate(app.length() + 2)
            .put(ROW)
            .put(app.getBytes(StandardCharsets.US_ASCII))
            .put((byte) (END_OF_APP + 1))
            .array());
  }

  /** Returns what is before all rows. */
  static Bytes first() {
    return Bytes.wrap(new byte[] {ROW});
  }

  /** Reads the key of a row; empty if it is none. */
  static Optional<IndexKey> parse(byte[] key) {
    if (key.length == 0 || key[0] != ROW) {
      return Optional.empty();
    }
    int end = 1;
    while (end < key.length && key[end] != END_OF_APP) {
      end++;
    }
    byte[] place = end < key.length ? Arrays.copyOfRange(key, end + 1, key.length) : new byte[0];
    if (!isPlace(place)) {
      return Optional.empty();
    }
    String app = new String(key, 1, end - 1, StandardCharsets.US_ASCII);
    ByteBuffer parts = ByteBuffer.wrap(place);
    long at = inverted(parts.getLong());
    UUID id = new UUID(parts.getLong(), parts.getLong());
    @Nullable String mark = parts.hasRemaining() ? HEX.toHexDigits(parts.getLong()) : null;
    return Optional.of(new IndexKey(app, at, new NotificationId(id.toString()), mark));
  }

  private static long inverted(long at) {
    return Long.MAX_VALUE - at;
  }
}
