package dev.tidings.e2e;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import java.nio.file.Path;

/** The journeys on the local stack. */
class PipelineIT extends PipelineJourneys {
  @Override
  PipelineOptions options(Path directory) {
    return PipelineOptions.in(directory);
  }

  @Override
  String bootstrapServers(Pipeline running) {
    return running.stack().bootstrapServers();
  }
}
