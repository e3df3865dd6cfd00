package dev.tidings.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.BaseStream;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("dev.tidings");

  private static final String[] OF_SERVICES = {
    "dev.tidings.schemas..",
    "dev.tidings.service..",
    "dev.tidings.net..",
    "dev.tidings.http..",
    "dev.tidings.auth..",
    "dev.tidings.control..",
    "dev.tidings.ingest..",
    "dev.tidings.streams..",
    "dev.tidings.node.."
  };

  /**
   * Simple names that two classes of the services have: none is to be added. The names of Avro
   * records, which two of them are, are part of the format of the log.
   */
  private static final Set<String> SAME_NAMES =
      Set.of("Administrator", "NotificationReader", "Outcome");

  @Test
  void no_packages_know_one_another_in_a_circle() {
    slices().matching("dev.tidings.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void no_modules_know_one_another_in_a_circle() {
    slices().matching("dev.tidings.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void the_services_do_not_know_one_another() {
    slices()
        .matching("dev.tidings.(ingest|streams|node)..")
        .should()
        .notDependOnEachOther()
        .check(CLASSES);
  }

  @Test
  void schemas_know_nothing_of_ours_and_the_service_base_knows_schemas_alone() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.schemas..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tidings.service..",
            "dev.tidings.net..",
            "dev.tidings.http..",
            "dev.tidings.ingest..",
            "dev.tidings.streams..",
            "dev.tidings.node..",
            "dev.tidings.device..",
            "dev.tidings.provider..",
            "dev.tidings.infra..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.service..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tidings.net..",
            "dev.tidings.http..",
            "dev.tidings.ingest..",
            "dev.tidings.streams..",
            "dev.tidings.node..",
            "dev.tidings.device..",
            "dev.tidings.provider..",
            "dev.tidings.infra..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.service..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.service..")
        .and()
        .resideOutsideOfPackages(
            "dev.tidings.service.rocks",
            "dev.tidings.service.kafka..",
            "dev.tidings.service.start",
            "dev.tidings.service.table",
            "dev.tidings.service.context",
            "dev.tidings.service.installation")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(CLASSES);
  }

  /** Whoever uses the records and the registry's client decides what runs where, and ends it. */
  @Test
  void schemas_start_no_thread() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.schemas..")
        .should(startThreads())
        .check(CLASSES);
  }

  private static ArchCondition<JavaClass> startThreads() {
    return new ArchCondition<>("start threads") {
      @Override
      public void check(JavaClass each, ConditionEvents events) {
        for (JavaCodeUnitAccess<?> call : each.getCodeUnitAccessesFromSelf()) {
          if (startsThread(call.getTargetOwner(), call.getName())) {
            events.add(SimpleConditionEvent.satisfied(call, call.getDescription()));
          }
        }
      }
    };
  }

  private static boolean startsThread(JavaClass owner, String name) {
    return (owner.isAssignableTo(Thread.class)
            && Set.of("<init>", "start", "startVirtualThread", "ofVirtual", "ofPlatform")
                .contains(name))
        || owner.isEquivalentTo(Executors.class)
        || owner.isAssignableTo(ForkJoinPool.class)
        || owner.isAssignableTo(ThreadPoolExecutor.class)
        || owner.isEquivalentTo(Timer.class)
        || (owner.isAssignableTo(CompletableFuture.class) && name.endsWith("Async"))
        || (owner.isAssignableTo(BaseStream.class) && name.equals("parallel"))
        || (owner.isAssignableTo(Collection.class) && name.equals("parallelStream"));
  }

  @Test
  void the_client_of_the_schema_registry_knows_no_serializer_and_its_settings_no_client() {
    assertInside(
        "dev.tidings.schemas.registry",
        Map.of(
            "config", List.of(), "known", List.of("config"), "client", List.of("config", "known")));
  }

  @Test
  void authentication_knows_no_protocol_and_nothing_of_ours() {
    classes()
        .that()
        .resideInAPackage("dev.tidings.auth..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.tidings.auth..",
            "java..",
            // Read the names in certificates.
            "javax.naming..",
            "javax.security.auth.x500..",
            "org.jspecify.annotations..",
            "org.slf4j..",
            "com.fasterxml.jackson.core..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.auth.jose..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.tidings.auth..")
                .and(not(resideInAPackage("dev.tidings.auth.jose.."))))
        .check(CLASSES);
  }

  @Test
  void control_entries_know_only_the_service_base_and_serve_the_services_and_administrators() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.control..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tidings.http..",
            "dev.tidings.ingest..",
            "dev.tidings.streams..",
            "dev.tidings.node..",
            "dev.tidings.device..",
            "dev.tidings.infra..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.tidings.control..",
            "dev.tidings.ingest..",
            // The roots alone: the steps know nothing of administrators.
            "dev.tidings.node",
            "dev.tidings.streams",
            "dev.tidings.infra.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tidings.control..")
        .check(CLASSES);
  }

  @Test
  void devices_and_providers_know_nothing_of_ours_and_the_services_nothing_of_the_stack() {
    for (String sdk : List.of("dev.tidings.device", "dev.tidings.provider")) {
      DescribedPredicate<JavaClass> ours = resideInAPackage("dev.tidings..");
      noClasses()
          .that()
          .resideInAPackage(sdk + "..")
          .should()
          .dependOnClassesThat(ours.and(resideOutsideOfPackage(sdk + "..")))
          .check(CLASSES);
    }
    noClasses()
        .that()
        .resideInAnyPackage("dev.tidings.ingest..", "dev.tidings.streams..", "dev.tidings.node..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.tidings.infra..", "dev.tidings.device..", "dev.tidings.provider..")
        .check(CLASSES);
  }

  /** The loops, the sockets and the TLS of every listener are made in one place. */
  @Test
  void net_knows_only_the_service_base_and_is_where_servers_get_their_sockets_and_their_tls() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.net..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tidings.schemas..",
            "dev.tidings.http..",
            "dev.tidings.ingest..",
            "dev.tidings.streams..",
            "dev.tidings.node..",
            "dev.tidings.device..",
            "dev.tidings.infra..",
            "org.apache.kafka..")
        .check(CLASSES);
    assertInside(
        "dev.tidings.net", Map.of("limit", List.of(), "tls", List.of(), "proxy", List.of("limit")));
    noClasses()
        .that()
        .resideInAnyPackage("dev.tidings.http..", "dev.tidings.ingest..", "dev.tidings.node..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "io\\.netty\\.(handler\\.ssl\\.SslContextBuilder"
                + "|channel\\.MultiThreadIoEventLoopGroup|channel\\.epoll\\..*)")
        .check(CLASSES);
  }

  @Test
  void the_steps_of_a_delivery_node_know_only_the_next_ones() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.tidings.node.window..",
            "dev.tidings.node.session..",
            "dev.tidings.node.cluster..",
            "dev.tidings.node.inbox..",
            "dev.tidings.node.parked..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tidings.node.deliver..",
            "dev.tidings.node.transport..",
            "dev.tidings.node.mqtt..",
            "dev.tidings.node.route..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage("dev.tidings.node.mqtt..", "dev.tidings.node.route..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tidings.node.deliver..",
            "dev.tidings.node.window..",
            "dev.tidings.node.inbox..",
            "dev.tidings.node.parked..",
            "dev.tidings.node.log..",
            "org.apache.kafka..")
        .check(CLASSES);
  }

  @Test
  void inside_ingest_api_only_apns_knows_apples_protocol_and_the_log_knows_no_protocol() {
    assertInside(
        "dev.tidings.ingest",
        Map.ofEntries(
            entry("revoked", List.of("accept")),
            entry("repeat", List.of("accept")),
            entry("trace", List.of()),
            entry("earlier", List.of("operation", "repeat", "trace", "peer", "rest")),
            entry("operation", List.of("limit", "provider")),
            entry("audit", List.of("earlier", "provider", "limit", "operation", "json")),
            entry(
                "history",
                List.of("trace", "provider", "limit", "peer", "operation", "rest", "json")),
            entry("provider", List.of()),
            entry("json", List.of()),
            entry("erase", List.of("json")),
            entry("device", List.of("erase", "limit", "operation", "provider")),
            entry("replay", List.of("erase", "json", "limit", "operation", "provider")),
            entry("admin", List.of("device", "erase", "json", "limit", "operation")),
            entry(
                "console",
                List.of(
                    "accept",
                    "admin",
                    "audit",
                    "device",
                    "erase",
                    "json",
                    "operation",
                    "provider",
                    "webhook")),
            entry("limit", List.of()),
            entry("peer", List.of("operation")),
            entry("forwarded", List.of()),
            entry("receipts", List.of("provider", "limit", "operation", "rest")),
            entry("webhook", List.of("receipts")),
            entry(
                "rest",
                List.of("accept", "trace", "provider", "limit", "operation", "peer", "erase")),
            entry("accept", List.of()),
            entry("order", List.of()),
            entry("broadcast", List.of("accept", "provider", "limit", "operation", "json")),
            entry(
                "send",
                List.of("accept", "order", "repeat", "provider", "limit", "broadcast", "json")),
            entry("channel", List.of("accept")),
            entry(
                "apns",
                List.of("accept", "order", "provider", "limit", "broadcast", "channel", "json"))));
    assertInside(
        "dev.tidings.ingest.apns",
        Map.ofEntries(
            entry("request", List.of()),
            entry("push", List.of("request")),
            entry("channel", List.of("request", "push"))));
    assertInside(
        "dev.tidings.ingest.admin",
        Map.ofEntries(entry("request", List.of()), entry("entry", List.of("request"))));
    assertInside(
        "dev.tidings.ingest.console",
        Map.ofEntries(entry("overview", List.of()), entry("live", List.of())));
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.ingest.trace.table")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tidings.ingest.trace")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.ingest.accept..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.tidings.http..", "io.netty..")
        .check(CLASSES);
  }

  @Test
  void inside_streams_processor_each_step_knows_only_those_before_it() {
    assertInside(
        "dev.tidings.streams",
        Map.ofEntries(
            entry("read", List.of()),
            entry("write", List.of("read")),
            entry("cap", List.of()),
            entry("step", List.of("read", "write", "cap")),
            entry("schedule", List.of("read", "step", "write")),
            entry("channel", List.of()),
            entry("broadcast", List.of("read", "step", "write", "channel", "cap")),
            entry("resolve", List.of("read", "schedule", "step", "write", "cap")),
            entry("run", List.of("read", "write"))));
  }

  @Test
  void the_modules_of_infra_know_only_those_below_them() {
    String infra = "dev.tidings.infra.";
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("local-stack")
        .definedBy(
            infra + "aot..",
            infra + "certs..",
            infra + "pipeline..",
            infra + "process..",
            infra + "stack..",
            infra + "topics..")
        .layer("simulation")
        .definedBy(infra + "device..", infra + "ledger..", infra + "load..")
        .layer("chaos")
        .definedBy(infra + "chaos..")
        .layer("cli")
        .definedBy(infra + "cli..", infra + "demo..")
        .whereLayer("local-stack")
        .mayNotAccessAnyLayer()
        .whereLayer("simulation")
        .mayOnlyAccessLayers("local-stack")
        .whereLayer("chaos")
        .mayOnlyAccessLayers("local-stack", "simulation")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  @Test
  void every_package_is_in_one_module() {
    Map<String, Set<String>> homes = new TreeMap<>();
    for (JavaClass each : CLASSES) {
      String place = each.getSource().orElseThrow().getUri().toString();
      String directory = "/" + each.getPackageName().replace('.', '/') + "/";
      homes
          .computeIfAbsent(each.getPackageName(), any -> new TreeSet<>())
          .add(place.substring(0, place.lastIndexOf(directory)));
    }

    assertThat(homes)
        .hasSizeGreaterThan(50)
        .allSatisfy((name, modules) -> {
          assertThat(modules).as(name).hasSize(1);
        });
  }

  /** A document names a class without its package, and a reader meets all of them. */
  @Test
  void no_two_classes_of_the_services_have_the_same_simple_name() {
    Map<String, Set<String>> places = new TreeMap<>();
    for (JavaClass each : CLASSES.that(resideInAnyPackage(OF_SERVICES))) {
      if (each.isTopLevelClass() && !each.getSimpleName().equals("package-info")) {
        places
            .computeIfAbsent(each.getSimpleName(), any -> new TreeSet<>())
            .add(each.getPackageName());
      }
    }
    assertThat(places).hasSizeGreaterThan(500);
    places.values().removeIf(packages -> packages.size() == 1);

    assertThat(places.keySet()).isEqualTo(SAME_NAMES);
  }

  @Test
  void inside_infra_the_stack_knows_nothing_of_what_is_done_with_it() {
    assertInside(
        "dev.tidings.infra",
        Map.ofEntries(
            entry("aot", List.of()),
            entry("certs", List.of()),
            entry("ledger", List.of()),
            entry("topics", List.of()),
            entry("process", List.of("aot")),
            entry("ports", List.of("process")),
            entry("stack", List.of("aot", "certs", "ports", "process")),
            entry("pipeline", List.of("certs", "ports", "process", "stack", "topics")),
            entry("device", List.of("ledger", "process")),
            entry("load", List.of("device", "ledger")),
            entry("demo", List.of("pipeline", "process", "stack")),
            entry(
                "chaos",
                List.of("device", "ledger", "load", "pipeline", "process", "stack", "topics")),
            entry(
                "cli",
                List.of(
                    "certs",
                    "chaos",
                    "demo",
                    "device",
                    "ledger",
                    "pipeline",
                    "ports",
                    "process",
                    "stack",
                    "topics"))));
  }

  /**
   * Each package knows only those named beside it, and none that is not named here is there. The
   * module's own package, where it is put together, knows all and is known by none.
   */
  private static void assertInside(String module, Map<String, List<String>> mayKnow) {
    LayeredArchitecture rule =
        layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .ensureAllClassesAreContainedInArchitecture()
            .optionalLayer("(module)")
            .definedBy(module)
            .whereLayer("(module)")
            .mayNotBeAccessedByAnyLayer();
    for (String name : mayKnow.keySet()) {
      rule = rule.layer(name).definedBy(module + "." + name + "..");
    }
    for (Map.Entry<String, List<String>> each : mayKnow.entrySet()) {
      rule =
          each.getValue().isEmpty()
              ? rule.whereLayer(each.getKey()).mayNotAccessAnyLayer()
              : rule.whereLayer(each.getKey())
                  .mayOnlyAccessLayers(each.getValue().toArray(String[]::new));
    }
    rule.check(CLASSES.that(resideInAPackage(module + "..")));
  }

  @Test
  void the_http_server_knows_only_the_service_base_and_its_parts_only_those_before_them() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.http..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tidings.schemas..",
            "dev.tidings.ingest..",
            "dev.tidings.streams..",
            "dev.tidings.node..",
            "dev.tidings.device..",
            "dev.tidings.provider..",
            "dev.tidings.infra..",
            "org.apache.kafka..")
        .check(CLASSES);
    List<String> services = List.of("body", "events", "route", "files");
    List<String> connections = List.of("limit", "exchange", "http1", "http2", "server");
    mayNotUse("dev.tidings.http", services);
    mayNotUse("dev.tidings.http", connections);
    for (String part : services) {
      mayNotUse("dev.tidings.http." + part + "..", connections);
    }
    for (String part : connections) {
      mayNotUse("dev.tidings.http." + part + "..", services);
    }
    mayNotUse("dev.tidings.http.limit..", "exchange", "http1", "http2", "server");
    mayNotUse("dev.tidings.http.exchange..", "http1", "http2", "server");
    mayNotUse("dev.tidings.http.http1..", "http2", "server");
    mayNotUse("dev.tidings.http.http2..", "http1", "server");
    // What a service may see of it: the contract, and how a server is started.
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.ingest..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.tidings.http.http1..", "dev.tidings.http.http2..")
        .check(CLASSES);
  }

  private static void mayNotUse(String who, String... parts) {
    mayNotUse(who, List.of(parts));
  }

  private static void mayNotUse(String who, List<String> parts) {
    for (String part : parts) {
      noClasses()
          .that()
          .resideInAPackage(who)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.tidings.http." + part + "..")
          .check(CLASSES);
    }
  }
}
