package dev.tidings.infra.stack;

/** Receives the steps of a start, in the past or present tense. */
@FunctionalInterface
public interface Progress {
  /** Ignores all steps. */
  Progress SILENT = step -> {};

  void step(String what);
}
