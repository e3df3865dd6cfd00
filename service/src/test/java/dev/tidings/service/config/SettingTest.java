package dev.tidings.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {

  enum Authentication {
    OPEN,
    MUTUAL_TLS
  }

  private static final Setting<String> HOST = Setting.text("host", "localhost", "");
  private static final Setting<String> ZONE = Setting.text("zone", "", "");
  private static final Setting<Optional<String>> KEY_ID = Setting.optionalText("key.id", "");
  private static final Setting<String> PASSWORD = Setting.secret("password", "changeme", "");
  private static final Setting<Integer> PORT = Setting.port("http.port", 8080, "");
  private static final Setting<Integer> RETRIES = Setting.integer("retries", 3, 1, 10, "");
  private static final Setting<Long> OFFSET =
      Setting.longNumber("offset", 5_000_000_000L, 0, Long.MAX_VALUE, "");
  private static final Setting<Long> BUFFER =
      Setting.bytes("buffer", 64 << 10, 0, Long.MAX_VALUE, "");
  private static final Setting<Duration> PARK_AFTER =
      Setting.duration("park-after", Duration.ofSeconds(90), Duration.ZERO, Duration.ofDays(7), "");
  private static final Setting<Boolean> RELAY = Setting.bool("relay", true, "");
  private static final Setting<Authentication> AUTHENTICATION =
      Setting.choice("auth", Authentication.class, Authentication.OPEN, "");
  private static final Setting<Path> STATE = Setting.path("state", Path.of("/var/lib/tidings"), "");
  private static final Setting<Optional<Path>> KEY = Setting.optionalPath("key", "");
  private static final Setting<List<String>> HOSTS = Setting.list("hosts", List.of("a", "b"), "");

  @Test
  void a_password_that_stands_in_a_url_is_not_shown() {
    Setting<String> url = Setting.text("registry.url", "http://localhost", "Where it is.");

    assertThat(url.shown("http://me:secret@one")).isEqualTo("http://(hidden)@one");
    assertThat(url.shown("http://one,http://me:se,c@ret@two/apis"))
        .endsWith("(hidden)@two/apis")
        .doesNotContain("se,c", "ret");
    assertThat(url.problem("http://me:secret@one")).doesNotContain("secret");
    assertThat(url.shown("http://one:8081/apis")).isEqualTo("http://one:8081/apis");
  }

  @Test
  void a_setting_that_is_not_given_has_its_default() {
    assertThat(defaultOf(HOST)).isEqualTo("localhost");
    assertThat(defaultOf(ZONE)).isEmpty();
    assertThat(defaultOf(KEY_ID)).isEmpty();
    assertThat(defaultOf(PASSWORD)).isEqualTo("changeme");
    assertThat(defaultOf(PORT)).isEqualTo(8080);
    assertThat(defaultOf(RETRIES)).isEqualTo(3);
    assertThat(defaultOf(OFFSET)).isEqualTo(5_000_000_000L);
    assertThat(defaultOf(BUFFER)).isEqualTo(65_536L);
    assertThat(defaultOf(PARK_AFTER)).isEqualTo(Duration.ofSeconds(90));
    assertThat(defaultOf(RELAY)).isTrue();
    assertThat(defaultOf(AUTHENTICATION)).isEqualTo(Authentication.OPEN);
    assertThat(defaultOf(STATE)).isEqualTo(Path.of("/var/lib/tidings"));
    assertThat(defaultOf(KEY)).isEmpty();
    assertThat(defaultOf(HOSTS)).containsExactly("a", "b");
  }

  @Test
  void a_default_is_shown_as_it_would_be_written_in_a_file() {
    assertThat(KEY_ID.defaultText()).isEmpty();
    assertThat(PORT.defaultText()).isEqualTo("8080");
    assertThat(OFFSET.defaultText()).isEqualTo("5000000000");
    assertThat(BUFFER.defaultText()).isEqualTo("64k");
    assertThat(PARK_AFTER.defaultText()).isEqualTo("90s");
    assertThat(RELAY.defaultText()).isEqualTo("true");
    assertThat(AUTHENTICATION.defaultText()).isEqualTo("open");
    assertThat(STATE.defaultText()).isEqualTo("/var/lib/tidings");
    assertThat(HOSTS.defaultText()).isEqualTo("a,b");
  }

  @Test
  void the_default_of_a_secret_is_not_shown() {
    assertThat(PASSWORD.defaultText()).isEqualTo("(hidden)");
    assertThat(Setting.secret("token.key", "", "").defaultText()).isEmpty();
  }

  @Test
  void a_port_is_anything_from_0_to_65535() {
    assertThat(read(PORT, "0")).isZero();
    assertThat(read(PORT, "65535")).isEqualTo(65_535);
  }

  @Test
  void a_port_above_65535_is_refused_naming_the_value() {
    assertRefused(PORT, "65536", "http.port: 65536 (expected: 0..65535)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "http", "80.5", "99999999999", "0x50"})
  void what_is_no_port_is_refused(String text) {
    assertRefused(PORT, text, "http.port: " + text + " (expected: 0..65535)");
  }

  @Test
  void an_integer_is_refused_outside_its_bounds() {
    assertThat(read(RETRIES, "1")).isEqualTo(1);
    assertThat(read(RETRIES, "10")).isEqualTo(10);
    assertRefused(RETRIES, "0", "retries: 0 (expected: 1..10)");
    assertRefused(RETRIES, "11", "retries: 11 (expected: 1..10)");
  }

  @Test
  void a_long_number_is_refused_outside_its_bounds() {
    assertThat(read(OFFSET, "9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    assertRefused(OFFSET, "-1", "offset: -1 (expected: 0..9223372036854775807)");
    assertRefused(
        OFFSET,
        "9223372036854775808",
        "offset: 9223372036854775808 (expected: 0..9223372036854775807)");
  }

  @ParameterizedTest
  @CsvSource({"0,0", "512,512", "64k,65536", "32m,33554432", "1g,1073741824", "2K,2048"})
  void bytes_come_in_powers_of_1024(String text, long bytes) {
    assertThat(read(BUFFER, text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "-1", "1.5m", "1kb", "1 k", "9223372036854775807k"})
  void what_is_no_amount_of_bytes_is_refused(String text) {
    assertRefused(
        BUFFER,
        text,
        "buffer: "
            + shown(text)
            + " (expected: bytes, 0 to 9223372036854775807, such as 512, 64k, 32m or 1g)");
  }

  @Test
  void bytes_are_refused_outside_their_bounds() {
    Setting<Long> size = Setting.bytes("size", 64 << 10, 1 << 10, 1 << 20, "");

    assertThat(read(size, "1k")).isEqualTo(1_024);
    assertThat(read(size, "1m")).isEqualTo(1_048_576);
    assertRefused(
        size, "1023", "size: 1023 (expected: bytes, 1k to 1m, such as 512, 64k, 32m or 1g)");
    assertRefused(
        size, "1025k", "size: 1025k (expected: bytes, 1k to 1m, such as 512, 64k, 32m or 1g)");
  }

  @ParameterizedTest
  @CsvSource({
    "250ms,PT0.25S",
    "10s,PT10S",
    "5m,PT5M",
    "2h,PT2H",
    "7d,PT168H",
    "0s,PT0S",
    "1500ms,PT1.5S"
  })
  void a_duration_is_a_whole_number_with_a_unit(String text, Duration duration) {
    assertThat(read(PARK_AFTER, text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "s",
        "-10s",
        "1.5s",
        "10 s",
        "10S",
        "2w",
        "PT10S",
        "9223372036854775807d"
      })
  void what_is_no_duration_is_refused(String text) {
    assertRefused(
        PARK_AFTER,
        text,
        "park-after: "
            + shown(text)
            + " (expected: a duration, 0s to 7d, such as 250ms, 10s, 5m, 2h or 7d)");
  }

  @Test
  void a_duration_is_refused_outside_its_bounds() {
    Setting<Duration> keepAlive =
        Setting.duration(
            "keep.alive",
            Duration.ofMinutes(20),
            Duration.ofSeconds(1),
            Duration.ofSeconds(65_535),
            "");

    assertThat(read(keepAlive, "1s")).isEqualTo(Duration.ofSeconds(1));
    assertThat(read(keepAlive, "65535s")).isEqualTo(Duration.ofSeconds(65_535));
    String expected = " (expected: a duration, 1s to 65535s, such as 250ms, 10s, 5m, 2h or 7d)";
    assertRefused(keepAlive, "999ms", "keep.alive: 999ms" + expected);
    assertRefused(keepAlive, "20h", "keep.alive: 20h" + expected);
    assertRefused(keepAlive, "0s", "keep.alive: 0s" + expected);
  }

  @ParameterizedTest
  @CsvSource({"PT0S,0s", "PT0.25S,250ms", "PT60S,1m", "PT36H,36h", "PT48H,2d"})
  void a_duration_is_written_in_the_largest_unit_that_fits(Duration duration, String text) {
    assertThat(Setting.duration("d", duration, Duration.ZERO, Duration.ofDays(7), "").defaultText())
        .isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1000,1000", "1024,1k", "33554432,32m", "2147483648,2g"})
  void bytes_are_written_in_the_largest_unit_that_fits(long bytes, String text) {
    assertThat(Setting.bytes("b", bytes, 0, 1L << 40, "").defaultText()).isEqualTo(text);
  }

  @Test
  void only_true_and_false_are_taken_for_a_bool() {
    assertThat(read(RELAY, "true")).isTrue();
    assertThat(read(RELAY, "false")).isFalse();
    assertRefused(RELAY, "yes", "relay: yes (expected: true or false)");
    assertRefused(RELAY, "TRUE", "relay: TRUE (expected: true or false)");
  }

  @Test
  void a_choice_is_written_in_lower_case_with_hyphens() {
    assertThat(read(AUTHENTICATION, "mutual-tls")).isEqualTo(Authentication.MUTUAL_TLS);
    assertRefused(AUTHENTICATION, "jwt", "auth: jwt (expected: one of: open, mutual-tls)");
    assertRefused(
        AUTHENTICATION, "MUTUAL_TLS", "auth: MUTUAL_TLS (expected: one of: open, mutual-tls)");
  }

  @Test
  void text_is_taken_as_it_is_without_the_blanks_around_it() {
    assertThat(read(HOST, " example.org \t")).isEqualTo("example.org");
  }

  @Test
  void text_may_be_empty_only_if_its_default_is() {
    assertThat(read(ZONE, "")).isEmpty();
    assertRefused(HOST, "", "host: \"\" (expected: some text)");
  }

  @Test
  void an_optional_text_is_absent_when_empty() {
    assertThat(read(KEY_ID, "k1")).contains("k1");
    assertThat(read(KEY_ID, "")).isEmpty();
  }

  @Test
  void a_path_may_not_be_empty_unless_it_is_optional() {
    assertThat(read(STATE, "data")).isEqualTo(Path.of("data"));
    assertRefused(STATE, "", "state: \"\" (expected: a path)");
    assertThat(read(KEY, "key.pem")).contains(Path.of("key.pem"));
    assertThat(read(KEY, "")).isEmpty();
    assertRefused(KEY, "a\0b", "key: a\0b (expected: a path)");
  }

  @Test
  void a_list_is_separated_by_commas() {
    assertThat(read(HOSTS, "x")).containsExactly("x");
    assertThat(read(HOSTS, "x, y ,z")).containsExactly("x", "y", "z");
    assertThat(read(HOSTS, "")).isEmpty();
    assertRefused(HOSTS, "x,,y", "hosts: x,,y (expected: values separated by commas)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Http.port", "http_port", "http..port", ".http", "http.", "http port"})
  void a_name_that_is_not_lower_case_words_is_refused(String name) {
    assertThatThrownBy(() -> Setting.port(name, 1, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name: " + name + " (expected: lower-case words joined by dots or hyphens)");
  }

  @Test
  void a_default_that_could_not_be_written_in_a_file_is_refused() {
    assertThatThrownBy(() -> Setting.integer("retries", 0, 1, 10, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("retries: 0 (expected: 1..10)");
    assertThatThrownBy(() ->
            Setting.duration(
                "d", Duration.ofNanos(1_500_000), Duration.ZERO, Duration.ofDays(7), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("d: PT0.0015S (expected: a duration");
    assertThatThrownBy(() ->
            Setting.duration("d", Duration.ofSeconds(-1), Duration.ZERO, Duration.ofDays(7), ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Setting.list("l", List.of("a,b"), ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_setting_tells_its_name_and_what_it_accepts() {
    Setting<Integer> port = Setting.port("http.port", 8080, "Where providers connect.");

    assertThat(port.name()).isEqualTo("http.port");
    assertThat(port.kind()).isEqualTo("0..65535");
    assertThat(port.description()).isEqualTo("Where providers connect.");
    assertThat(port).hasToString("http.port");
  }

  private static <T> T defaultOf(Setting<T> setting) {
    return Config.of(Settings.of(setting), Map.of()).get(setting);
  }

  private static <T> T read(Setting<T> setting, String text) {
    return Config.of(Settings.of(setting), Map.of(setting.name(), text)).get(setting);
  }

  private static void assertRefused(Setting<?> setting, String text, String problem) {
    assertThatThrownBy(() -> read(setting, text))
        .isInstanceOf(ConfigException.class)
        .hasMessage(problem);
  }

  private static String shown(String text) {
    return text.isEmpty() ? "\"\"" : text;
  }
}
