package dev.tidings.e2e;

import dev.tidings.infra.pipeline.Pipeline;

/** The broker itself; everything else waits for it and goes on. */
class BrokerCrashIT extends CrashUnderLoad {
  @Override
  void crash(Pipeline pipeline) throws Exception {
    pipeline.stack().broker().kill();
    pipeline.stack().restartBroker();
  }
}
