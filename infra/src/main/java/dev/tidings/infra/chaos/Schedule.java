package dev.tidings.infra.chaos;

import dev.tidings.infra.pipeline.Instance;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Which fault comes next: every kind once in an order that the seed decides, then every kind again
 * in another, each time with a target that the seed decides too. For one thread.
 */
public final class Schedule {
  private final Random random;
  private final Pipeline pipeline;
  private final Faults faults;
  private final int nodes;
  private final int devices;
  private final List<Supplier<Fault>> bag = new ArrayList<>();

  /**
   * A schedule.
   *
   * @param devices how many devices there are, some of which may vanish
   */
  public Schedule(long seed, Pipeline pipeline, Faults faults, int devices) {
    this.random = new Random(seed);
    this.pipeline = pipeline;
    this.faults = faults;
    this.nodes = pipeline.instances(TidingsService.DELIVERY_NODE).size();
    this.devices = devices;
  }

  public Fault next() {
    if (bag.isEmpty()) {
      bag.addAll(kinds());
      Collections.shuffle(bag, random);
    }
    return bag.removeLast().get();
  }

  /** How long to leave the fleet in peace before the next one, in milliseconds. */
  public long calmMillis() {
    return random.nextLong(1_000, 5_000);
  }

  private List<Supplier<Fault>> kinds() {
    return List.of(
        () -> faults.kill(node()),
        () -> faults.kill(any(TidingsService.STREAMS_PROCESSOR)),
        () -> faults.kill(any(TidingsService.INGEST_API)),
        () -> faults.killBroker(broker()),
        faults::killAllBrokers,
        () -> faults.pause(node()),
        () -> faults.pause(any(TidingsService.STREAMS_PROCESSOR)),
        () -> faults.pauseBroker(broker()),
        faults::cutBrokersOff,
        () -> faults.vanish(1 + random.nextInt(Math.max(1, devices / 2))),
        faults::stopRegistry,
        () -> faults.startWithoutRegistry(any(TidingsService.STREAMS_PROCESSOR)),
        faults::addNode,
        () -> faults.drain(node()),
        () -> faults.restart(node()),
        () -> faults.restart(any(TidingsService.STREAMS_PROCESSOR)),
        () -> faults.restart(any(TidingsService.INGEST_API)));
  }

  private Instance node() {
    return new Instance(TidingsService.DELIVERY_NODE, 1 + random.nextInt(nodes));
  }

  private Instance any(TidingsService service) {
    List<Instance> all = pipeline.instances(service);
    return all.get(random.nextInt(all.size()));
  }

  private int broker() {
    return 1 + random.nextInt(pipeline.stack().brokers());
  }
}
