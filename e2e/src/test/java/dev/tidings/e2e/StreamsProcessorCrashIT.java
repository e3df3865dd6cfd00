package dev.tidings.e2e;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;

/** The streams processor, with notifications half-way. */
class StreamsProcessorCrashIT extends CrashUnderLoad {
  @Override
  void crash(Pipeline pipeline) throws Exception {
    pipeline.process(TidingsService.STREAMS_PROCESSOR).kill();
    pipeline.restart(TidingsService.STREAMS_PROCESSOR);
  }
}
