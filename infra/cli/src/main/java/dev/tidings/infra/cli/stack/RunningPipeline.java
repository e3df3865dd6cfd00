package dev.tidings.infra.cli.stack;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.ports.FreshPorts;
import dev.tidings.infra.process.ChildProcess;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A pipeline that ends with the command, also after Ctrl-C or SIGTERM. */
public final class RunningPipeline implements AutoCloseable {
  /** The exit code of a command that was ended by a signal. */
  public static final int INTERRUPTED = 130;

  private final Pipeline pipeline;
  private final int stopped;
  private final AtomicBoolean up = new AtomicBoolean();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final Thread hook = new Thread(this::onSignal, "shutdown");

  private RunningPipeline(Pipeline pipeline, int stopped) {
    this.pipeline = pipeline;
    this.stopped = stopped;
  }

  /** What is written to the data directory once it is this process's. */
  public interface Preparation {
    /** Writes it. */
    void run() throws IOException;
  }

  /**
   * Starts the pipeline; after a failure or a signal nothing is left running.
   *
   * @param stopped the exit code if a signal ends the running pipeline
   * @param preparation done before anything runs, when all ports are known to be free
   */
  public static RunningPipeline start(PipelineOptions options, int stopped, Preparation preparation)
      throws IOException, InterruptedException {
    return FreshPorts.start(() -> startOnce(options, stopped, preparation));
  }

  private static RunningPipeline startOnce(
      PipelineOptions options, int stopped, Preparation preparation)
      throws IOException, InterruptedException {
    var runningPipeline = new RunningPipeline(Pipeline.prepare(options), stopped);
    Runtime.getRuntime().addShutdownHook(runningPipeline.hook);
    try {
      preparation.run();
      runningPipeline.pipeline.start();
      runningPipeline.up.set(true);
      return runningPipeline;
    } catch (IOException | InterruptedException | RuntimeException e) {
      runningPipeline.close();
      throw e;
    }
  }

  public Pipeline pipeline() {
    return pipeline;
  }

  /**
   * Waits until a signal ends this process, or one of the pipeline's processes ends. Returns the
   * latter.
   */
  ChildProcess stay() {
    ChildProcess ended = pipeline.firstEnd().join();
    if (stopping.get()) {
      awaitHook();
    }
    return ended;
  }

  /**
   * Closes the pipeline. A signal is no failure of a running pipeline, so it has its own exit code.
   */
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
      // A signal was faster: its hook closes the pipeline and ends the process.
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
