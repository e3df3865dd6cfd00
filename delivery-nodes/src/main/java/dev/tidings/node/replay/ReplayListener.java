package dev.tidings.node.replay;

/** Hears what becomes of a replay. Called from any thread; must not block. */
public interface ReplayListener {
  /** It has begun, or waits for its turn; {@link #ended} follows. */
  void begun();

  /** It does not begin, and nothing follows. */
  void refused(String why);

  /** It is over: all that it sends has been written to the connection. */
  void ended(ReplayEnd end);
}
