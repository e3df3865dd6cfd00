package dev.tidings.service.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import dev.tidings.service.config.Settings;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClosedByDefaultTest {
  private enum Port implements ClosedByDefault.Port {
    GUESTS,
    BACK_DOOR;

    @Override
    public String lets() {
      return "look around";
    }
  }

  private static final Setting<Set<Port>> OPEN = ClosedByDefault.setting(Port.class);
  private static final Setting<String> FRONT = Setting.text("front.address", "0.0.0.0", "");
  private static final Setting<String> BACK = Setting.text("back.address", "localhost", "");

  private static void check(Map<String, String> values) {
    new ClosedByDefault<>(Config.of(Settings.of(OPEN, FRONT, BACK), values), OPEN)
        .unauthenticated(Port.GUESTS, FRONT, "auth.guests=ticket")
        .unauthenticated(Port.BACK_DOOR, BACK)
        .check();
  }

  private static List<String> problems(Map<String, String> values) {
    try {
      check(values);
      return List.of();
    } catch (ConfigException e) {
      return e.problems();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST",
        "127.0.0.1",
        "127.0.0.2",
        "127.255.255.254",
        "::1",
        "[::1]",
        "0:0:0:0:0:0:0:1",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1"
      })
  void loopback_addresses_need_no_permission(String address) {
    assertThat(problems(Map.of("front.address", address))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "::",
        "[::]",
        "0:0:0:0:0:0:0:0",
        "::ffff:0.0.0.0",
        "::127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.1.1",
        "128.0.0.1",
        "203.0.113.7",
        "2001:db8::1",
        "fc00::1",
        "::ffff:10.0.0.1"
      })
  void every_other_address_is_refused_with_each_way_out(String address) {
    assertThat(problems(Map.of("front.address", address)))
        .containsExactly(
            "front.address: "
                + address
                + " (expected: localhost; or auth.guests=ticket; or listen.open=guests, with which"
                + " whoever reaches the port may look around)");
    assertThat(problems(Map.of("front.address", address, "listen.open", "guests"))).isEmpty();
  }

  @Test
  void the_default_address_is_an_address_like_any_other() {
    assertThat(problems(Map.of()))
        .singleElement()
        .asString()
        .startsWith("front.address: 0.0.0.0 (");
  }

  @Test
  void a_name_needs_permission_if_one_of_its_addresses_does() throws Exception {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    InetAddress other = InetAddress.getByName("10.0.0.1");

    assertThat(new ListenAddresses(List.of(loopback)).areLoopback()).isTrue();
    assertThat(new ListenAddresses(List.of(loopback, other)).areLoopback()).isFalse();
    assertThat(new ListenAddresses(List.of(other, loopback)).areLoopback()).isFalse();
  }

  @Test
  void a_permission_opens_one_kind_of_port_and_no_other() {
    Map<String, String> values =
        Map.of("front.address", "::", "back.address", "0.0.0.0", "listen.open", "guests");

    assertThat(problems(values))
        .singleElement()
        .asString()
        .startsWith("back.address: 0.0.0.0 (expected: localhost; or listen.open=guests,back-door,");
  }

  @Test
  void all_that_is_wrong_is_said_at_once() {
    assertThat(problems(Map.of("back.address", "::"))).hasSize(2);
  }

  @Test
  void permissions_are_separated_by_commas() {
    Map<String, String> values = Map.of("back.address", "::", "listen.open", "back-door, guests");

    assertThatCode(() -> check(values)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "guest", "true", "Guests", "guests,", "guests;back-door", "*"})
  void a_permission_for_a_port_that_there_is_not_is_refused(String text) {
    assertThat(problems(Map.of("listen.open", text)))
        .containsExactly(
            "listen.open: " + text + " (expected: any of: guests, back-door; separated by commas)");
  }

  @Test
  void a_host_that_nobody_knows_is_named() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> check(Map.of("front.address", "no-such-host.invalid")))
        .withMessage(
            "front.address: no-such-host.invalid (expected: an address or name of this host)");
  }
}
