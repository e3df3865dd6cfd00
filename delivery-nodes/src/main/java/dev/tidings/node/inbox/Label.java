package dev.tidings.node.inbox;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a parked entry without reading it whole.
 *
 * @param bytes what its value weighs
 * @param expiresAt milliseconds since the epoch; {@link Long#MAX_VALUE}: never
 * @param collapseKey see {@link CollapseKeys}; {@link CollapseKeys#NONE} if nothing replaces it
 * @param token it was sent to; null if it could not be told
 * @param app it is for; null likewise
 */
public record Label(
    int bytes, long expiresAt, long collapseKey, @Nullable String token, @Nullable String app) {

  private static final long LONG_AGO = 0;

  /** Of an entry whose schema no registry gives yet: it is due to be looked at again. */
  static Label unread(int bytes) {
    return new Label(bytes, LONG_AGO, CollapseKeys.NONE, null, null);
  }

  /** Of an entry that can't be read: it is found out when its turn comes. */
  static Label unknown(int bytes) {
    return new Label(bytes, Long.MAX_VALUE, CollapseKeys.NONE, null, null);
  }
}
