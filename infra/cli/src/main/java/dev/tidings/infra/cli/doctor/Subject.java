package dev.tidings.infra.cli.doctor;

import dev.tidings.infra.cli.doctor.check.ServiceFiles;
import dev.tidings.infra.cli.doctor.check.Site;
import dev.tidings.infra.cli.doctor.host.LocalJvm;
import dev.tidings.infra.process.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * What is examined.
 *
 * @param site where the parts are
 * @param files the settings of services on this machine
 * @param data the local stack's data directory
 * @param certificates files with certificates, besides those that settings name
 * @param tls ports that show certificates
 * @param connections how many devices a delivery node here is to have; empty if nobody says
 */
public record Subject(
    Site site,
    ServiceFiles files,
    Path data,
    List<Path> certificates,
    List<HostPort> tls,
    OptionalInt connections) {

  public Subject {
    certificates = List.copyOf(certificates);
    tls = List.copyOf(tls);
  }

  /** Returns that of a site about which nothing else is known. */
  public static Subject of(Site site, Path data) {
    return new Subject(
        site,
        new ServiceFiles(java.util.Map.of()),
        data,
        List.of(),
        List.of(),
        OptionalInt.empty());
  }

  /**
   * Returns the services that run on this machine: with a local stack's directory, those of this
   * stack.
   */
  public List<LocalJvm> processes() {
    boolean local =
        files.byName().keySet().stream()
            .anyMatch(name -> data.resolve("services").resolve(name).toFile().isDirectory());
    return LocalJvm.all().stream()
        .filter(process -> !local || process.isOf(data.toAbsolutePath().normalize()))
        .toList();
  }
}
