package dev.tidings.service.lifecycle;

import dev.tidings.service.config.Config;

/** Starts a service, piece by piece. */
@FunctionalInterface
public interface Starter {

  /**
   * Starts every piece, registering how each is stopped right after it was started, then says
   * {@link Lifecycle#started}, and returns. If it throws, what was registered so far is stopped and
   * the process exits: with 2 for a {@link dev.tidings.service.config.ConfigException}, with 1
   * otherwise. It is interrupted when the process is told to stop meanwhile.
   */
  void start(Config config, Lifecycle lifecycle) throws Exception;
}
