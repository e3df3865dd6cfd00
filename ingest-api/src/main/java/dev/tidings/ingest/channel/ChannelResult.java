package dev.tidings.ingest.channel;

/** The result of a request to create or delete a channel. */
public sealed interface ChannelResult {
  /** The log has it. */
  record Done() implements ChannelResult {}

  /** There are as many as there may be. */
  record TooMany() implements ChannelResult {}

  /**
   * Too many have come of late.
   *
   * @param waitNanos after which one more may
   */
  record TooFast(long waitNanos) implements ChannelResult {}

  /** As many as may be are being written: nothing was tried. */
  record Busy() implements ChannelResult {}

  /** This process does not know yet what there is: nothing was tried. */
  record Unready() implements ChannelResult {}

  /** The log has not taken it in time; it may have it nevertheless. */
  record NotWritten() implements ChannelResult {}

  /** Not accepted, for a reason that nobody expected and that was logged. */
  record Failed() implements ChannelResult {}
}
