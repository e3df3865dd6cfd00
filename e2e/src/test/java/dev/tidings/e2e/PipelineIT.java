package dev.tidings.e2e;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import java.nio.file.Path;
import java.util.Map;

/** The journeys on the local stack. */
class PipelineIT extends PipelineJourneys {
  @Override
  PipelineOptions options(Path directory) {
    return PipelineOptions.in(directory);
  }

  @Override
  Map<String, String> providersClient(Pipeline running) {
    return Map.of("bootstrap.servers", running.stack().bootstrapServers());
  }
}
