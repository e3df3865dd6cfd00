package dev.tidings.bench.run;

import dev.tidings.bench.access.DeviceIssuer;
import dev.tidings.infra.pipeline.Instance;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.ChildProcess;
import dev.tidings.infra.process.HostPort;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The pipeline that is measured, in separate processes, and the directory of its data. */
public final class TestBed implements AutoCloseable {
  private final Pipeline pipeline;
  private final Path data;
  private final boolean keeps;
  private final boolean inOrder;
  private final Optional<Path> deviceKeys;

  private TestBed(
      Pipeline pipeline, Path data, boolean keeps, boolean inOrder, Optional<Path> deviceKeys) {
    this.pipeline = pipeline;
    this.data = data;
    this.keeps = keeps;
    this.inOrder = inOrder;
    this.deviceKeys = deviceKeys;
  }

  /**
   * Starts everything.
   *
   * @param data the directory of its data
   * @param keeps whether the directory is kept
   * @param inOrder whether its processes are stopped in order at the end, which takes longer than
   *     killing them
   * @param closed whether providers and devices have to prove who they are
   */
  public static TestBed start(
      Path data, boolean keeps, boolean inOrder, boolean closed, PipelineOptions options)
      throws InterruptedException, IOException {
    if (!closed) {
      return new TestBed(Pipeline.start(options), data, keeps, inOrder, Optional.empty());
    }
    Path keys = data.resolve("keys");
    DeviceIssuer.create(keys);
    PipelineOptions guarded =
        options
            .with(TidingsService.INGEST_API, "auth.providers", "keys")
            .with(TidingsService.DELIVERY_NODE, "auth.devices", "jwt")
            .with(
                TidingsService.DELIVERY_NODE,
                "auth.devices.issuers",
                DeviceIssuer.NAME + '=' + DeviceIssuer.publicKeys(keys));
    return new TestBed(Pipeline.start(guarded), data, keeps, inOrder, Optional.of(keys));
  }

  /** Returns the directory with the key of the devices' issuer, where they need tokens. */
  public Optional<Path> deviceKeys() {
    return deviceKeys;
  }

  public Pipeline pipeline() {
    return pipeline;
  }

  /** Returns the running processes by name: the broker, the registry, the services, this one. */
  public Map<String, Long> processes() {
    var all = new LinkedHashMap<String, Long>();
    for (int broker = 1; broker <= pipeline.stack().brokers(); broker++) {
      all.put(pipeline.stack().broker(broker).name(), pipeline.stack().broker(broker).pid());
    }
    all.put("registry", pipeline.stack().registry().pid());
    for (TidingsService service : TidingsService.values()) {
      for (Instance instance : pipeline.instances(service)) {
        ChildProcess process = pipeline.process(instance);
        if (process.isAlive()) {
          all.put(instance.name(), process.pid());
        }
      }
    }
    all.put("load", ProcessHandle.current().pid());
    return all;
  }

  /** Returns the addresses to which devices connect. */
  public List<HostPort> nodes() {
    return pipeline.instances(TidingsService.DELIVERY_NODE).stream()
        .map(node -> new HostPort("127.0.0.1", pipeline.endpoint(node, "mqtt").port()))
        .toList();
  }

  /** Returns the address to which providers send. */
  public HostPort ingest() {
    return new HostPort("127.0.0.1", pipeline.endpoint(TidingsService.INGEST_API, "http").port());
  }

  /** Returns the tokens that devices with these names get when they register. */
  public List<String> tokens(IntFunction<String> names, int count, String app) {
    var mint = new TokenMint(TokenKeys.parse(pipeline.stack().tokenKeys()));
    var appId = new AppId(app);
    return IntStream.range(0, count)
        .mapToObj(number -> mint.mint(new DeviceId(names.apply(number)), appId, 0).hex())
        .toList();
  }

  /** Returns how many deliveries the nodes have parked so far. */
  public long parked() throws InterruptedException {
    try (var nodes = new NodeWatch(pipeline)) {
      return (long) nodes.parked();
    }
  }

  /** Returns the size of the services' state on disk. */
  public long stateBytes() {
    return new DiskUse(data.resolve("services"), "").bytes();
  }

  /**
   * Returns the size of the brokers' records, without the indexes, whose files are preallocated.
   */
  public long logBytes() {
    return new DiskUse(data.resolve("kafka"), ".log").bytes();
  }

  /** Counts the lines of all processes' logs that contain {@code text}. */
  public long logged(String text) {
    try (Stream<Path> logs = Files.list(data.resolve("logs"))) {
      long count = 0;
      for (Path log : logs.filter(Files::isRegularFile).toList()) {
        try (Stream<String> lines = Files.lines(log)) {
          count += lines.filter(line -> line.contains(text)).count();
        }
      }
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (!inOrder) {
      // The data is no longer needed.
      pipeline.kill();
    }
    pipeline.close();
    if (!keeps) {
      delete(data);
    }
  }

  /** Deletes a directory with its contents. */
  public static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
