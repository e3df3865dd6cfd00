package dev.tidings.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("dev.tidings");

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
            "dev.tidings.http..",
            "dev.tidings.ingest..",
            "dev.tidings.streams..",
            "dev.tidings.node..",
            "dev.tidings.device..",
            "dev.tidings.infra..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.service..")
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
    // The TLS and the sockets of every listener are made in one place each.
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.service..")
        .and()
        .resideOutsideOfPackages("dev.tidings.service.tls", "dev.tidings.service.net")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty.(channel|buffer|handler|bootstrap|util)..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.service..")
        .and()
        .resideOutsideOfPackages(
            "dev.tidings.service.rocks",
            "dev.tidings.service.kafka",
            "dev.tidings.service.start",
            "dev.tidings.service.context",
            "dev.tidings.service.installation")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(CLASSES);
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
  void a_device_knows_nothing_of_the_services_and_the_services_nothing_of_the_stack() {
    classes()
        .that()
        .resideInAPackage("dev.tidings.device..")
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackages(
            "dev.tidings.schemas..",
            "dev.tidings.service..",
            "dev.tidings.http..",
            "dev.tidings.ingest..",
            "dev.tidings.streams..",
            "dev.tidings.node..",
            "dev.tidings.infra..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage("dev.tidings.ingest..", "dev.tidings.streams..", "dev.tidings.node..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.tidings.infra..", "dev.tidings.device..")
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
            entry("revoked", List.of()),
            entry("trace", List.of()),
            entry("rest", List.of("trace")),
            entry("accept", List.of()),
            entry("apns", List.of("accept"))));
    assertInside(
        "dev.tidings.ingest.apns",
        Map.ofEntries(entry("request", List.of()), entry("push", List.of("request"))));
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
            entry("step", List.of("read", "write")),
            entry("resolve", List.of("read", "step", "write")),
            entry("run", List.of("read", "write"))));
  }

  @Test
  void inside_infra_the_stack_knows_nothing_of_what_is_done_with_it() {
    assertInside(
        "dev.tidings.infra",
        Map.ofEntries(
            entry("aot", List.of()),
            entry("ledger", List.of()),
            entry("provider", List.of()),
            entry("topics", List.of()),
            entry("process", List.of("aot")),
            entry("stack", List.of("aot", "process")),
            entry("pipeline", List.of("process", "stack", "topics")),
            entry("device", List.of("ledger", "process")),
            entry("demo", List.of("pipeline", "process", "provider", "stack")),
            entry(
                "chaos",
                List.of("device", "ledger", "pipeline", "process", "provider", "stack", "topics")),
            entry(
                "cli",
                List.of(
                    "chaos",
                    "demo",
                    "ledger",
                    "pipeline",
                    "process",
                    "provider",
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
    rule.check(CLASSES.that(JavaClass.Predicates.resideInAPackage(module + "..")));
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
            "dev.tidings.infra..",
            "org.apache.kafka..")
        .check(CLASSES);
    List<String> services = List.of("body", "route", "files");
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
