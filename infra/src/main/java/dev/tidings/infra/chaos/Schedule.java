package dev.tidings.infra.chaos;

import dev.tidings.infra.pipeline.Instance;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;

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
  private final List<FaultKind> kinds;
  private final List<FaultKind> bag = new ArrayList<>();

  /**
   * A schedule.
   *
   * @param kinds the kinds of faults there are to be
   * @param devices how many devices there are, some of which may vanish
   */
  public Schedule(
      long seed, Collection<FaultKind> kinds, Pipeline pipeline, Faults faults, int devices) {
    this.random = new Random(seed);
    this.kinds = List.copyOf(kinds);
    this.pipeline = pipeline;
    this.faults = faults;
    this.nodes = pipeline.instances(TidingsService.DELIVERY_NODE).size();
    this.devices = devices;
  }

  public Fault next() {
    if (bag.isEmpty()) {
      bag.addAll(kinds);
      Collections.shuffle(bag, random);
    }
    return of(bag.removeLast());
  }

  /** How long to leave the fleet in peace before the next one, in milliseconds. */
  public long calmMillis() {
    return random.nextLong(1_000, 5_000);
  }

  private Fault of(FaultKind kind) {
    return switch (kind) {
      case KILL_NODE -> faults.kill(node());
      case KILL_PROCESSOR -> faults.kill(any(TidingsService.STREAMS_PROCESSOR));
      case KILL_INGEST -> faults.kill(any(TidingsService.INGEST_API));
      case KILL_BROKER -> faults.killBroker(broker());
      case KILL_ALL_BROKERS -> faults.killAllBrokers();
      case PAUSE_NODE -> faults.pause(node());
      case PAUSE_PROCESSOR -> faults.pause(any(TidingsService.STREAMS_PROCESSOR));
      case PAUSE_BROKER -> faults.pauseBroker(broker());
      case CUT_BROKERS_OFF -> faults.cutBrokersOff();
      case VANISH -> faults.vanish(1 + random.nextInt(Math.max(1, devices / 2)));
      case STOP_REGISTRY -> faults.stopRegistry();
      case START_BEFORE_REGISTRY ->
          faults.startWithoutRegistry(any(TidingsService.STREAMS_PROCESSOR));
      case ADD_NODE -> faults.addNode();
      case STOP_NODE -> faults.drain(node());
      case RESTART_NODE -> faults.restart(node());
      case RESTART_PROCESSOR -> faults.restart(any(TidingsService.STREAMS_PROCESSOR));
      case RESTART_INGEST -> faults.restart(any(TidingsService.INGEST_API));
    };
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
