package dev.tidings.node.subscriber;

/** What became of a join or a leave that a provider has requested. */
public enum ProviderChange {
  /** It is in the log, or was so before. */
  DONE,
  /** The token is not the device's current one: nothing is changed. */
  NOT_CURRENT,
  /** The device has joined as many topics as it may. */
  TOO_MANY
}
