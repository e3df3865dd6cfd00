package dev.tidings.bench.run;

import dev.tidings.infra.pipeline.Instance;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import java.time.Duration;
import java.util.List;

/** What is done to the processes while devices are away. */
public enum Restart {
  /** Nothing. */
  NONE,
  /** Broker and services are stopped in order and started again. */
  FULL,
  /** The delivery nodes are stopped in order and started again. */
  STATE,
  /** The same, and their state on disk is deleted: it is restored from the inbox topic. */
  CHANGELOG,
  /** The first delivery node is killed; the others take over, with their standby copies. */
  STANDBY;

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
  private static final Duration OPEN_PATIENCE = Duration.ofMinutes(3);

  /** Does it, and returns how many seconds later all partitions were served. */
  double run(Pipeline pipeline, NodeWatch nodes) throws InterruptedException {
    int partitions = nodes.openPartitions();
    List<Instance> all = pipeline.instances(TidingsService.DELIVERY_NODE);
    if (this == STANDBY && all.size() < 2) {
      throw new IllegalArgumentException("--nodes: 1 (expected: at least 2 for STANDBY)");
    }
    long start = System.nanoTime();
    switch (this) {
      case NONE -> {
        return 0;
      }
      case STANDBY -> pipeline.process(all.getFirst()).kill();
      case FULL -> start = full(pipeline, all);
      case STATE, CHANGELOG -> {
        all.forEach(node -> pipeline.process(node).terminate(STOP_PATIENCE));
        if (this == CHANGELOG) {
          all.forEach(node ->
              TestBed.delete(pipeline.stack().serviceDirectory(node.name()).resolve("state")));
        }
        start = System.nanoTime();
        restart(pipeline, all);
      }
    }
    nodes.await(OPEN_PATIENCE, () -> nodes.openPartitions() == partitions);
    return (System.nanoTime() - start) / 1e9;
  }

  /** Returns the time at which the start began. */
  private static long full(Pipeline pipeline, List<Instance> nodes) throws InterruptedException {
    var others =
        List.of(
            Instance.first(TidingsService.INGEST_API),
            Instance.first(TidingsService.STREAMS_PROCESSOR));
    nodes.forEach(node -> pipeline.process(node).terminate(STOP_PATIENCE));
    others.forEach(service -> pipeline.process(service).terminate(STOP_PATIENCE));
    pipeline.stack().broker().terminate(STOP_PATIENCE);
    long start = System.nanoTime();
    pipeline.stack().restartBroker();
    others.forEach(pipeline::launch);
    restart(pipeline, nodes);
    for (Instance service : others) {
      pipeline.awaitReady(service);
    }
    return start;
  }

  private static void restart(Pipeline pipeline, List<Instance> instances)
      throws InterruptedException {
    instances.forEach(pipeline::launch);
    for (Instance instance : instances) {
      pipeline.awaitReady(instance);
    }
  }
}
