package dev.tidings.infra.cli.stack;

import dev.tidings.infra.process.ChildProcess;

/** Describes a process of the pipeline that ended unexpectedly. */
final class ExitMessage {
  private ExitMessage() {}

  static String of(ChildProcess ended) {
    return "tidings: %s ended with exit code %d; its log: %s"
        .formatted(ended.name(), ended.exitCode(), ended.log());
  }
}
