package dev.tidings.infra.stack;

import dev.tidings.infra.process.ChildCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The schema registry of a local stack: Apicurio Registry, which speaks Confluent's REST interface
 * too. Its schemas are in an H2 database in a file; new versions must be backward compatible.
 *
 * @param directory the directory of its database
 * @param port its port
 * @param managementPort the port of its health and metrics
 */
record Registry(Path directory, int port, int managementPort) {
  private static final String NAME = "schema-registry";

  String url() {
    return "http://localhost:" + port + "/apis/ccompat/v7";
  }

  ChildCommand command(Checkout checkout, Path log) {
    var jvmOptions = new ArrayList<>(ChildCommand.QUICK_START);
    jvmOptions.addAll(
        List.of(
            "-Xmx256m",
            // Its thread pool resets thread locals.
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-Dquarkus.http.host=localhost",
            "-Dquarkus.http.port=" + port,
            "-Dquarkus.management.host=127.0.0.1",
            "-Dquarkus.management.port=" + managementPort,
            "-Dquarkus.http.access-log.enabled=false",
            "-Dapicurio.rules.global.compatibility=BACKWARD",
            "-Dapicurio.storage.kind=sql",
            "-Dapicurio.storage.sql.kind=h2",
            "-Dapicurio.datasource.url=" + database()));
    return new ChildCommand(
            NAME,
            checkout.registryClassPath(),
            "io.quarkus.runner.GeneratedMain",
            jvmOptions,
            List.of(),
            log)
        .with(checkout.caches(), NAME);
  }

  /**
   * Returns the URL of the database: a write is on disk before the response, and the registry
   * closes the database, not H2's shutdown hook.
   */
  private String database() {
    return "jdbc:h2:file:" + directory.resolve("schemas") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
  }
}
