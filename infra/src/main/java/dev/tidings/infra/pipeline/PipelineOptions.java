package dev.tidings.infra.pipeline;

import dev.tidings.infra.process.ChildCommand;
import dev.tidings.infra.stack.StackOptions;
import java.nio.file.Path;
import java.util.List;

/**
 * How to start a pipeline.
 *
 * @param stack how to start what is below the services
 * @param ports where the services listen
 * @param jvmOptions options of the services' JVMs
 */
public record PipelineOptions(StackOptions stack, ServicePorts ports, List<String> jvmOptions) {
  public PipelineOptions {
    jvmOptions = List.copyOf(jvmOptions);
  }

  /** A pipeline on free ports, with its data in {@code data}. */
  public static PipelineOptions in(Path data) {
    return new PipelineOptions(
        StackOptions.in(data), ServicePorts.free(), ChildCommand.QUICK_START);
  }
}
