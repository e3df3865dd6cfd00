package dev.tidings.infra.chaos;

import dev.tidings.infra.device.SimulatedDevice;
import dev.tidings.infra.pipeline.Instance;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.ChildProcess;
import dev.tidings.infra.stack.LocalStack;
import dev.tidings.schemas.topic.LogTopics;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The faults that can be injected into a fleet.
 *
 * @param pipeline the fleet
 * @param experiment the load on the fleet
 */
public record Faults(Pipeline pipeline, Experiment experiment) {
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

  /** Longer than a node's session timeout (6 s) and a broker's (9 s): all consider it dead. */
  private static final Duration LONG = Duration.ofSeconds(14);

  private static final Duration SHORT = Duration.ofSeconds(5);

  /** Long enough to reveal a process that does not wait. */
  private static final Duration AWAY = Duration.ofSeconds(30);

  /**
   * Several session timeouts; after a change backwards, Kafka's clients do nothing for this time.
   */
  private static final Duration JUMP = Duration.ofSeconds(30);

  /** Returns the planned fault, with a target among the processes that existed at the start. */
  public Fault of(Schedule.Planned planned) {
    int target = planned.target();
    return switch (planned.kind()) {
      case KILL_NODE -> kill(one(TidingsService.DELIVERY_NODE, target));
      case KILL_PROCESSOR -> kill(one(TidingsService.STREAMS_PROCESSOR, target));
      case KILL_INGEST -> kill(one(TidingsService.INGEST_API, target));
      case KILL_BROKER -> killBroker(1 + target % stack().brokers());
      case KILL_ALL_BROKERS -> killAllBrokers();
      case PAUSE_NODE -> pause(one(TidingsService.DELIVERY_NODE, target));
      case PAUSE_PROCESSOR -> pause(one(TidingsService.STREAMS_PROCESSOR, target));
      case PAUSE_BROKER -> pauseBroker(1 + target % stack().brokers());
      case CUT_BROKERS_OFF -> cutBrokersOff();
      case VANISH -> vanish(1 + target % Math.max(1, experiment.devices().all().size() / 2));
      case STOP_REGISTRY -> stopRegistry();
      case REGISTRY_AWAY -> registryAway();
      case MAKE_TOPIC_ANEW -> makeDeliveriesAnew();
      case CLOCK_JUMP -> jump(target);
      case START_BEFORE_REGISTRY ->
          startWithoutRegistry(one(TidingsService.STREAMS_PROCESSOR, target));
      case ADD_NODE -> addNode();
      case STOP_NODE -> drain(one(TidingsService.DELIVERY_NODE, target));
      case RESTART_NODE -> restart(one(TidingsService.DELIVERY_NODE, target));
      case RESTART_PROCESSOR -> restart(one(TidingsService.STREAMS_PROCESSOR, target));
      case RESTART_INGEST -> restart(one(TidingsService.INGEST_API, target));
    };
  }

  /** Returns the target; a node that was added and removed is never one. */
  private Instance one(TidingsService service, int target) {
    List<Instance> running =
        pipeline.instances(service).stream()
            .filter(instance -> pipeline.process(instance).isAlive())
            .toList();
    return running.get(target % running.size());
  }

  /** A process of a service crashes, the others take over, and it is started again. */
  public Fault kill(Instance instance) {
    return new Fault(
        "kill " + instance,
        () -> pipeline.process(instance).kill(),
        isOneOfSeveral(instance),
        Duration.ZERO,
        () -> pipeline.restart(instance));
  }

  /** A process hangs until the others have taken over, then goes on as if nothing had happened. */
  public Fault pause(Instance instance) {
    return new Fault(
        "pause " + instance,
        () -> pipeline.process(instance).pause(),
        isOneOfSeveral(instance),
        LONG,
        () -> pipeline.process(instance).resume());
  }

  /** A process is stopped orderly, and started again once the others have taken over. */
  public Fault drain(Instance instance) {
    return new Fault(
        "stop " + instance,
        () -> pipeline.process(instance).terminate(STOP_WITHIN),
        isOneOfSeveral(instance),
        Duration.ZERO,
        () -> pipeline.restart(instance));
  }

  /** A process is stopped orderly, and started again at once. */
  public Fault restart(Instance instance) {
    return new Fault(
        "restart " + instance,
        () -> {
          pipeline.process(instance).terminate(STOP_WITHIN);
          pipeline.restart(instance);
        },
        false,
        Duration.ZERO,
        () -> {});
  }

  /** One more delivery node joins, and is removed again. */
  public Fault addNode() {
    var added =
        new Instance(
            TidingsService.DELIVERY_NODE,
            pipeline.instances(TidingsService.DELIVERY_NODE).stream()
                    .filter(node -> pipeline.process(node).isAlive())
                    .mapToInt(Instance::number)
                    .max()
                    .orElse(0)
                + 1);
    return new Fault(
        "add and remove " + added,
        () -> pipeline.restart(added),
        true,
        SHORT,
        () -> pipeline.process(added).terminate(STOP_WITHIN));
  }

  /** A broker crashes, and is started again. */
  public Fault killBroker(int number) {
    return new Fault(
        "kill broker " + number,
        () -> stack().broker(number).kill(),
        stack().brokers() > 2,
        Duration.ZERO,
        () -> {
          stack().launchBroker(number);
          stack().awaitBroker(number);
        });
  }

  /** Every broker crashes, and all are started again. */
  public Fault killAllBrokers() {
    return new Fault(
        "kill all brokers",
        () -> brokers().forEach(ChildProcess::kill),
        false,
        Duration.ofSeconds(2),
        () -> {
          for (int number = 1; number <= stack().brokers(); number++) {
            stack().launchBroker(number);
          }
          stack().awaitBroker();
        });
  }

  /** A broker hangs for longer than its session timeout. */
  public Fault pauseBroker(int number) {
    return new Fault(
        "pause broker " + number,
        () -> stack().broker(number).pause(),
        stack().brokers() > 2,
        LONG,
        () -> stack().broker(number).resume());
  }

  /** The network between all clients and the brokers is cut for longer than any session timeout. */
  public Fault cutBrokersOff() {
    return new Fault(
        "cut off all brokers",
        () -> brokers().forEach(ChildProcess::pause),
        false,
        LONG,
        () -> brokers().forEach(ChildProcess::resume));
  }

  /** The registry is away for a while. */
  public Fault stopRegistry() {
    return new Fault(
        "stop the registry", () -> stack().registry().kill(), true, SHORT, this::startRegistry);
  }

  /**
   * The registry is away for longer than the session timeout of a consumer that would block on it.
   */
  public Fault registryAway() {
    return new Fault(
        "the registry is away for " + AWAY.toSeconds() + " s",
        () -> stack().registry().kill(),
        true,
        AWAY,
        this::startRegistry);
  }

  /** The topic of deliveries is deleted, while it has no pending delivery, and recreated. */
  public Fault makeDeliveriesAnew() {
    return new Fault(
        "make deliveries anew",
        () ->
            experiment.whileNothingIsUnderWay(
                () -> new TopicMadeAnew(stack().bootstrapServers()).run(LogTopics.DELIVERIES)),
        false,
        Duration.ZERO,
        () -> {});
  }

  private Fault jump(int target) {
    List<TidingsService> services = List.of(TidingsService.values());
    // Uses another part of the number than the choice of the direction.
    return jump(
        services.get(target / 2 % services.size()), target % 2 == 0 ? JUMP : JUMP.negated());
  }

  /** The clocks of all processes of a service jump, and are correct again after a while. */
  public Fault jump(TidingsService service, Duration by) {
    Clocks clocks = Clocks.in(stack().dataDirectory());
    return new Fault(
        "clocks of %s jump by %+d s".formatted(service.command(), by.toSeconds()),
        () -> clocks.jump(service.command(), by),
        // After a change backwards, Kafka's clients do nothing until their clock has caught up.
        !by.isNegative(),
        SHORT,
        () -> clocks.jump(service.command(), Duration.ZERO));
  }

  /**
   * The registry is stopped and the rest continues; then a process crashes and starts again before
   * the registry does.
   */
  public Fault startWithoutRegistry(Instance instance) {
    return new Fault(
        "start " + instance + " before the registry",
        () -> stack().registry().kill(),
        true,
        Duration.ZERO,
        () -> {
          pipeline.process(instance).kill();
          pipeline.launch(instance);
          startRegistry();
          pipeline.awaitReady(instance);
        });
  }

  private void startRegistry() throws InterruptedException {
    stack().launchRegistry();
    stack().awaitRegistry();
  }

  /** Devices become unreachable without closing their connections, and return on new ones. */
  public Fault vanish(int count) {
    List<SimulatedDevice> gone = experiment.devices().all().stream().limit(count).toList();
    return new Fault(
        count + " devices vanish",
        () -> gone.forEach(SimulatedDevice::vanish),
        true,
        SHORT,
        () -> gone.forEach(SimulatedDevice::comeBack));
  }

  /** Devices become unreachable without closing their connections, and do not return. */
  public Fault vanishForGood(int count) {
    Fault vanish = vanish(count);
    return new Fault(vanish.name() + " for good", vanish.strike(), true, Duration.ZERO, () -> {});
  }

  private boolean isOneOfSeveral(Instance instance) {
    return pipeline.instances(instance.service()).stream()
        .anyMatch(other -> !other.equals(instance) && pipeline.process(other).isAlive());
  }

  private List<ChildProcess> brokers() {
    return IntStream.rangeClosed(1, stack().brokers()).mapToObj(stack()::broker).toList();
  }

  private LocalStack stack() {
    return pipeline.stack();
  }
}
