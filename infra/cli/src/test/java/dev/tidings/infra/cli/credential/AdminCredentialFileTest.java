package dev.tidings.infra.cli.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminCredentialFileTest {
  @TempDir private Path directory;

  @Test
  void the_link_to_the_console_has_the_credential_where_no_server_sees_it() throws Exception {
    AdminCredentialFile credential = AdminCredentialFile.in(directory).keep();

    String line = credential.console("localhost:8090");

    URI link = URI.create(line.substring("Console: ".length()));
    String secret = Files.readString(directory.resolve("admin.credential")).strip();
    assertThat(link.getFragment()).isEqualTo("/sign-in?credential=" + secret);
    assertThat(link.getRawPath()).isEqualTo("/console/");
    assertThat(link.getRawQuery()).isNull();
    assertThat(AdminCredentialFile.in(directory).console("localhost:8090")).isEqualTo(line);
  }
}
