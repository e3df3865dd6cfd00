package dev.tidings.bench.run;

import dev.tidings.bench.device.DeviceHost;
import dev.tidings.bench.floor.Program;
import dev.tidings.bench.measure.Memory;
import dev.tidings.infra.pipeline.Instance;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.ServiceProcess;
import dev.tidings.infra.stack.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Measures the memory of devices that are connected and registered, and do nothing else.
 *
 * @param steps the numbers of devices at which memory is measured, rising
 * @param app the app they register
 */
public record Idle(List<Integer> steps, String app) {
  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final Duration SETTLE = Duration.ofSeconds(3);

  /** The first devices cause classes to be loaded and pools to be filled. */
  private static final int FIRST = 200;

  /** A process has at most 20,000 files. */
  private static final int LARGEST_HOST = 15_000;

  private static final List<String> HOST_JVM = List.of("-XX:+UseSerialGC", "-Xmx768m");

  /**
   * The result for one number of devices.
   *
   * @param devices the number of devices
   * @param perSecond how fast those of this step were connected and registered
   * @param live bytes of live heap for each device, by process, without what is used before the
   *     first
   * @param resident bytes of resident memory for each device, likewise
   * @param memory by process
   */
  public record Step(
      int devices,
      double perSecond,
      Map<String, Double> live,
      Map<String, Double> resident,
      Map<String, Memory> memory) {}

  /** Runs the scenario; devices run in separate processes, whose logs are in {@code logs}. */
  public List<Step> run(TestBed testBed, Path logs, Progress progress) throws InterruptedException {
    var hosts = new ArrayList<ServiceProcess>();
    var results = new ArrayList<Step>();
    try {
      connect(testBed, 0, FIRST, logs, hosts);
      Map<String, Memory> before = memory(testBed);
      int connected = FIRST;
      for (int step : steps) {
        int added = step - connected;
        long start = System.nanoTime();
        for (; connected < step; connected += Math.min(LARGEST_HOST, step - connected)) {
          connect(testBed, connected, Math.min(LARGEST_HOST, step - connected), logs, hosts);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        progress.step("%d devices are connected".formatted(step));
        Map<String, Memory> now = memory(testBed);
        results.add(
            new Step(step, added / seconds, live(before, now, step), rss(before, now, step), now));
      }
      return results;
    } finally {
      hosts.forEach(ServiceProcess::kill);
    }
  }

  private void connect(TestBed testBed, int first, int count, Path logs, List<ServiceProcess> hosts)
      throws InterruptedException {
    String nodes = testBed.nodes().stream().map(Object::toString).collect(Collectors.joining(","));
    String name = "devices-" + first;
    var arguments =
        new ArrayList<String>(
            List.of(
                app,
                Integer.toString(first),
                Integer.toString(count),
                Boolean.toString(testBed.nodes().size() > 1),
                nodes));
    testBed.deviceKeys().ifPresent(directory -> arguments.add(directory.toString()));
    ServiceProcess host =
        Program.start(DeviceHost.class, name, HOST_JVM, arguments, logs.resolve(name + ".log"));
    hosts.add(host);
    host.awaitReady(PATIENCE);
  }

  private static Map<String, Memory> memory(TestBed testBed) throws InterruptedException {
    Thread.sleep(SETTLE);
    var services = new LinkedHashMap<String, Long>();
    for (TidingsService service : TidingsService.values()) {
      for (Instance instance : testBed.pipeline().instances(service)) {
        services.put(instance.name(), testBed.pipeline().process(instance).pid());
      }
    }
    return Load.memory(services);
  }

  private static Map<String, Double> live(
      Map<String, Memory> before, Map<String, Memory> now, int devices) {
    var each = new LinkedHashMap<String, Double>();
    now.forEach((name, memory) ->
        each.merge(
            kind(name),
            (memory.live() - before.getOrDefault(name, memory).live()) / (double) (devices - FIRST),
            Double::sum));
    return each;
  }

  private static Map<String, Double> rss(
      Map<String, Memory> before, Map<String, Memory> now, int devices) {
    var each = new LinkedHashMap<String, Double>();
    now.forEach((name, memory) ->
        each.merge(
            kind(name),
            (memory.resident() - before.getOrDefault(name, memory).resident())
                / (double) (devices - FIRST),
            Double::sum));
    return each;
  }

  /** Returns the service of a process: the processes of one service share the devices. */
  private static String kind(String name) {
    return name.replaceFirst("-[0-9]+$", "");
  }
}
