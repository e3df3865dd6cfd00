package dev.tidings.infra.cli.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceIssuerTest {
  @TempDir Path data;

  @Test
  void its_key_is_made_once_for_its_owner_alone() throws IOException {
    DeviceIssuer made = DeviceIssuer.in(data).keep();

    assertThat(Files.getPosixFilePermissions(made.key()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(DeviceIssuer.in(data).keep().issuer().keySet()).isEqualTo(made.issuer().keySet());
    assertThat(DeviceIssuer.read(data).issuer().keySet()).isEqualTo(made.issuer().keySet());
  }

  @Test
  void the_key_set_that_nodes_read_has_no_private_half() throws IOException {
    DeviceIssuer made = DeviceIssuer.in(data).keep();
    Path keySet = data.resolve("access/issuer.jwks");
    assertThat(keySet).hasContent(made.issuer().keySet());
    assertThat(new ObjectMapper().readTree(keySet.toFile()).path("keys").get(0).fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("kty", "crv", "kid", "x");
  }

  @Test
  void a_serial_number_cannot_add_to_what_its_token_says() throws IOException {
    String serial = "a\",\"sub\":\"another\\";

    String token = DeviceIssuer.in(data).issuer().token(serial, Instant.ofEpochSecond(5));

    String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), UTF_8);
    assertThat(new ObjectMapper().readTree(claims).path("sub").asText()).isEqualTo(serial);
  }

  @Test
  void without_a_key_it_is_said_which_directory_is_meant() {
    assertThatThrownBy(() -> DeviceIssuer.read(data))
        .hasMessageContaining(data.resolve("access/issuer.key") + ": no such file")
        .hasMessageContaining("up --closed");
  }

  @Test
  void a_file_with_something_else_is_named_and_not_shown() throws IOException {
    Path file = DeviceIssuer.in(data).keep().key();
    for (String text : new String[] {"", "secret", "secret:secret", "a:b:c", "!:!"}) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> DeviceIssuer.read(data))
          .as(text)
          .hasMessageStartingWith(file + " (expected: the key")
          .hasMessageNotContaining("secret");
    }
  }
}
