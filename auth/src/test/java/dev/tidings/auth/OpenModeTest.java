package dev.tidings.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.admin.Administrator;
import dev.tidings.auth.admin.AdministratorRole;
import dev.tidings.auth.admin.OpenAdministration;
import dev.tidings.auth.device.DeviceCredentials;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.device.OpenDevices;
import dev.tidings.auth.node.NodeIdentity;
import dev.tidings.auth.node.OpenNodes;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OpenModeTest {
  @Test
  void a_device_is_who_it_says_it_is_for_ever_and_is_told_so_at_once() {
    assertThat(
            new OpenDevices()
                .authenticate(new DeviceCredentials("phone-1", null, null, List.of()))
                .toCompletableFuture())
        .isCompletedWithValue(
            new Decision.Accepted<>(
                new DeviceIdentity("phone-1", Optional.empty(), Apps.ALL, Instant.MAX)));
  }

  @Test
  void everybody_else_is_accepted_too() throws Exception {
    assertThat(new OpenNodes().authenticate(InetAddress.getByName("127.0.0.1"), List.of()))
        .isEqualTo(new Decision.Accepted<>(new NodeIdentity("127.0.0.1")));
    assertThat(new OpenAdministration().authenticate(null))
        .isEqualTo(new Decision.Accepted<>(new Administrator("open", AdministratorRole.ADMIN)));
  }

  @Test
  void apps_are_all_or_those_that_are_named() {
    assertThat(Apps.ALL.contains("com.example.news")).isTrue();
    assertThat(Apps.of(Set.of("com.example.news")).contains("com.example.news")).isTrue();
    assertThat(Apps.of(Set.of("com.example.news")).contains("com.example.mail")).isFalse();
    assertThat(Apps.where("com.example.news"::equals).contains("com.example.news")).isTrue();
    assertThat(Apps.where("com.example.news"::equals).contains("com.example.mail")).isFalse();
  }

  @Test
  void no_secret_of_a_credential_is_in_its_text() {
    byte[] password = "secret".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    assertThat(new DeviceCredentials("phone-1", "user", password, List.of()).toString())
        .isEqualTo("DeviceCredentials[serial=phone-1, password: true, certificates: 0]");
  }
}
