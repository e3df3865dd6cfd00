package dev.tidings.infra.cli;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.process.ChildProcess;
import java.util.concurrent.atomic.AtomicBoolean;

/** A pipeline that ends with the command: by itself, by Ctrl-C or by SIGTERM. */
final class RunningPipeline implements AutoCloseable {
  /** The exit code of a command that a signal kept from its end. */
  static final int INTERRUPTED = 130;

  private final Pipeline pipeline;
  private final int stopped;
  private final AtomicBoolean up = new AtomicBoolean();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final Thread hook = new Thread(this::onSignal, "shutdown");

  private RunningPipeline(Pipeline pipeline, int stopped) {
    this.pipeline = pipeline;
    this.stopped = stopped;
  }

  /** Starts the pipeline; nothing of it is left if that fails, or if a signal comes meanwhile. */
  static RunningPipeline start(PipelineOptions options) throws InterruptedException {
    return start(options, 0);
  }

  /**
   * The same.
   *
   * @param stopped the exit code when a signal stops what is up
   */
  static RunningPipeline start(PipelineOptions options, int stopped) throws InterruptedException {
    var runningPipeline = new RunningPipeline(Pipeline.prepare(options), stopped);
    Runtime.getRuntime().addShutdownHook(runningPipeline.hook);
    try {
      runningPipeline.pipeline.start();
      runningPipeline.up.set(true);
      return runningPipeline;
    } catch (InterruptedException | RuntimeException e) {
      runningPipeline.close();
      throw e;
    }
  }

  Pipeline pipeline() {
    return pipeline;
  }

  /**
   * Stays until a signal ends this process, or one of the pipeline's processes ends. Returns the
   * latter.
   */
  ChildProcess stay() {
    ChildProcess ended = pipeline.firstEnd().join();
    if (stopping.get()) {
      awaitHook();
    }
    return ended;
  }

  /** To be told to stop is no failure of what was running. */
  private void onSignal() {
    stopping.set(true);
    System.err.println();
    System.err.println("stopping");
    pipeline.close();
    Runtime.getRuntime().halt(up.get() ? stopped : INTERRUPTED);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The signal was faster: the hook closes the pipeline, and ends the process.
      awaitHook();
    }
    pipeline.close();
  }

  private void awaitHook() {
    try {
      hook.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
