package dev.tidings.http.http2;

/**
 * The last streams that a server has reset. What the client had sent before it knew is to be
 * ignored (RFC 9113, section 5.1). Takes no memory where there are none.
 */
final class ResetStreams {
  private static final int FIRST = 64;
  private static final int MAX = 2_048;
  private static final int[] NONE = {};

  private int[] ids = NONE;
  private int count;

  void add(int id) {
    if (count >= ids.length && ids.length < MAX) {
      int[] more = new int[Math.max(FIRST, 2 * ids.length)];
      System.arraycopy(ids, 0, more, 0, ids.length);
      ids = more;
    }
    ids[count % ids.length] = id;
    // Beyond MAX the oldest are overwritten.
    count = count + 1 < 2 * MAX ? count + 1 : MAX;
  }

  boolean contains(int id) {
    for (int known : ids) {
      if (known == id) {
        return true;
      }
    }
    return false;
  }
}
