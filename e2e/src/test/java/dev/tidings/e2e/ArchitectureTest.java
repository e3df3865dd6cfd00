package dev.tidings.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("dev.tidings");

  @Test
  void the_services_do_not_know_one_another() {
    slices()
        .matching("dev.tidings.(ingest|streams|node)..")
        .should()
        .notDependOnEachOther()
        .check(CLASSES);
  }

  @Test
  void schemas_and_the_service_base_know_nothing_above_and_not_one_another() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.schemas..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tidings.service..",
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
            "dev.tidings.schemas..",
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
        .resideOutsideOfPackages("dev.tidings.service.rocks", "dev.tidings.service.kafka")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
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
            "dev.tidings.node.window..", "dev.tidings.node.session..", "dev.tidings.node.inbox..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tidings.node.deliver..", "dev.tidings.node.transport..", "dev.tidings.node.mqtt..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.tidings.node.mqtt..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tidings.node.deliver..",
            "dev.tidings.node.window..",
            "dev.tidings.node.inbox..",
            "dev.tidings.node.log..",
            "org.apache.kafka..")
        .check(CLASSES);
  }
}
