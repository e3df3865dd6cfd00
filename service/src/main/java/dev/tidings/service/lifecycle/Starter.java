package dev.tidings.service.lifecycle;

import dev.tidings.service.config.Config;

/** Starts the parts of a service. */
@FunctionalInterface
public interface Starter {

  /**
   * Starts every part, registers how each is stopped right after it was started, calls {@link
   * Lifecycle#started}, and returns. If it throws, the parts registered so far are stopped and the
   * process exits: with 2 for a {@link dev.tidings.service.config.ConfigException}, with 1
   * otherwise. It is interrupted if the process is asked to stop meanwhile.
   */
  void start(Config config, Lifecycle lifecycle) throws Exception;
}
