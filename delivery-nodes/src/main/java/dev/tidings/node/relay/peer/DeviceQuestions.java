package dev.tidings.node.relay.peer;

import java.util.concurrent.CompletableFuture;

/** Answers what other processes of the installation ask about devices. Never blocks. */
@FunctionalInterface
public interface DeviceQuestions {
  /** Answers nothing. */
  DeviceQuestions NONE =
      question ->
          CompletableFuture.failedFuture(new UnsupportedOperationException("no questions here"));

  /**
   * Answers one. Completes on any thread; fails if it is to have no answer: then the connection is
   * closed without one.
   */
  CompletableFuture<byte[]> answer(byte[] question);
}
