package dev.tidings.e2e;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;

/** The ingest API, with requests it has not answered yet. */
class IngestApiCrashIT extends CrashUnderLoad {
  @Override
  void crash(Pipeline pipeline) throws Exception {
    pipeline.process(TidingsService.INGEST_API).kill();
    pipeline.restart(TidingsService.INGEST_API);
  }
}
