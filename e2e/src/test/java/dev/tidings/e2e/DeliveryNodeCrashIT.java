package dev.tidings.e2e;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;

/** The delivery node, with notifications in flight to the devices. */
class DeliveryNodeCrashIT extends CrashUnderLoad {
  @Override
  void crash(Pipeline pipeline) throws Exception {
    pipeline.process(TidingsService.DELIVERY_NODE).kill();
    pipeline.restart(TidingsService.DELIVERY_NODE);
  }
}
