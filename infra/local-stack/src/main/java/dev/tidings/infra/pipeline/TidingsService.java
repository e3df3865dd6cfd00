package dev.tidings.infra.pipeline;

import dev.tidings.infra.certs.StackCertificates;
import dev.tidings.infra.process.ChildCommand;
import dev.tidings.infra.stack.Checkout;
import dev.tidings.infra.stack.LocalStack;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The services, in the order in which a notification passes them. */
public enum TidingsService {
  INGEST_API("ingest-api", "ingest-api", "dev.tidings.ingest.IngestApi", true, "tls"),
  STREAMS_PROCESSOR(
      "streams-processor", "streams-processor", "dev.tidings.streams.StreamsProcessor", false, ""),
  DELIVERY_NODE(
      "delivery-node", "delivery-nodes", "dev.tidings.node.DeliveryNode", true, "mqtt.tls");

  private static final String LOOPBACK = "127.0.0.1";

  private final String command;
  private final String module;
  private final String mainClass;
  private final boolean knowsTokens;
  private final String tls;

  TidingsService(String command, String module, String mainClass, boolean knowsTokens, String tls) {
    this.command = command;
    this.module = module;
    this.mainClass = mainClass;
    this.knowsTokens = knowsTokens;
    this.tls = tls;
  }

  /** Returns its name on the command line, in its ready line and in file names. */
  public String command() {
    return command;
  }

  /** Returns the name of the class that its process runs. */
  public String mainClass() {
    return mainClass;
  }

  /**
   * Checks that it can be run.
   *
   * @throws dev.tidings.infra.stack.StackException if it has not been built
   */
  void requireBuilt(Checkout checkout) {
    checkout.classPath(module);
  }

  /**
   * Returns the command that runs it on a stack. Its settings are in a file, since everybody can
   * see arguments.
   *
   * @param instance its name, unique among the processes of this stack
   * @param settings its settings, besides those that follow from the stack (where Kafka and the
   *     registry are, the token keys, the certificate, the directory of its state), which they
   *     override
   * @param jvmOptions options of its JVM, such as {@link ChildCommand#QUICK_START}
   */
  public ChildCommand command(
      LocalStack stack,
      Checkout checkout,
      String instance,
      Map<String, String> settings,
      List<String> jvmOptions) {
    var all = new TreeMap<String, String>();
    all.put("kafka.bootstrap.servers", stack.bootstrapServers());
    all.put("schema.registry.url", stack.registryUrl());
    // All schemas are registered before anything runs.
    all.put("auto.register.schemas", "false");
    // Both loopback addresses: clients try the one or the other first.
    all.put("bind.address", "localhost");
    if (this == DELIVERY_NODE) {
      // Any client of the internal port is trusted as a node, so it is loopback whatever
      // bind.address is.
      all.put("internal.bind.address", LOOPBACK);
      all.put("advertised.host", LOOPBACK);
    }
    all.put("instance.id", instance);
    if (knowsTokens) {
      all.put("token.keys", stack.tokenKeys());
    }
    if (!tls.isEmpty()) {
      StackCertificates certificates = stack.certificates();
      all.put(tls + ".certificate", certificates.certificate().toString());
      all.put(tls + ".key", certificates.key().toString());
    }
    all.put("state.dir", stack.serviceDirectory(instance).resolve("state").toString());
    all.putAll(settings);
    Path file = stack.writeSettings(instance, all);
    return new ChildCommand(
            instance,
            checkout.classPath(module),
            mainClass,
            jvmOptions,
            List.of("--config", file.toString()),
            stack.log(instance))
        .withTemporaryFilesIn(stack.temporaryDirectory())
        .with(checkout.caches(), command);
  }
}
