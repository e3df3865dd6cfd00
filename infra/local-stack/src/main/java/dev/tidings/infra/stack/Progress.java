package dev.tidings.infra.stack;

/** Is told, in the past or present tense, what a start has come to. */
@FunctionalInterface
public interface Progress {
  /** Nobody wants to know. */
  Progress SILENT = step -> {};

  void step(String what);
}
