package dev.tidings.node.parked;

import org.jspecify.annotations.Nullable;

/**
 * The properties of a parked entry that are known without reading it whole.
 *
 * @param bytes the size of its value
 * @param expiresAt milliseconds since the epoch; {@link Long#MAX_VALUE} if it never expires
 * @param collapseKey see {@link CollapseKeys}; {@link CollapseKeys#NONE} if no entry replaces it
 * @param token the token it was sent to; null if unknown
 * @param app the app it is for; null if unknown
 * @param id the notification's id; null if unknown
 */
public record ParkedHeader(
    int bytes,
    long expiresAt,
    long collapseKey,
    @Nullable String token,
    @Nullable String app,
    @Nullable String id) {

  private static final long LONG_AGO = 0;

  /**
   * Returns the label of an entry whose schema is not available from a registry yet: it is due for
   * another look.
   */
  static ParkedHeader unread(int bytes) {
    return new ParkedHeader(bytes, LONG_AGO, CollapseKeys.NONE, null, null, null);
  }

  /** Returns the label of an unreadable entry, which is handled when its turn comes. */
  static ParkedHeader unknown(int bytes) {
    return new ParkedHeader(bytes, Long.MAX_VALUE, CollapseKeys.NONE, null, null, null);
  }
}
