package dev.tidings.ingest.send;

/** The result of reading one notification of a request. */
public sealed interface Reading permits SendRequest, BroadcastRequest, Refusal {
  /** Reads and checks one request, or one line of many. Thread-safe; never blocks. */
  @FunctionalInterface
  interface Checking {
    /**
     * Reads and checks what lies between two places.
     *
     * @param scope what may be done with its credential
     * @param address the number of its client's address
     */
    Reading check(byte[] bytes, int from, int to, SendScope scope, long address);
  }
}
