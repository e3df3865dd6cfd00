package dev.tidings.node.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttReasonCodes.PubAck;
import io.netty.handler.codec.mqtt.MqttReasonCodes.SubAck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Who writes a device client needs no source: each topic, user property and code that the node, our
 * SDK and the JavaScript client have is in docs/mqtt.md, and the topics there are all real.
 */
final class DevicePagesContractTest {
  private static final Path PAGE = Path.of("../docs/mqtt.md");
  private static final List<Path> NODE = List.of(Path.of("src/main/java"));
  private static final List<Path> CODE =
      List.of(
          NODE.getFirst(),
          Path.of("../device-sdk/src/main/java"),
          Path.of("../clients/packages/client/src"),
          Path.of("../clients/packages/store/src"));

  private static final Pattern TOPIC = Pattern.compile("[\"'`](\\$tidings/[a-z]+)\\b");
  private static final Pattern DOCUMENTED_TOPIC = Pattern.compile("`(\\$tidings/[a-z]+)`");
  private static final Pattern PROPERTY =
      Pattern.compile("USER_PROPERTY, \"([^\"]+)\"|\"(tidings-[a-z]+)\"");
  private static final Pattern DOCUMENTED_PROPERTY = Pattern.compile("`([a-z]+(?:-[a-z]+)*)`");

  @Test
  void each_topic_in_the_code_is_in_the_table_of_topics_and_each_one_there_is_in_the_code() {
    String table = between("| topic | publisher |", "\n\n");
    Set<String> used = found(TOPIC, CODE);

    assertThat(used).hasSizeGreaterThan(12);
    assertThat(matches(DOCUMENTED_TOPIC, table)).isEqualTo(used);
    assertThat(table).contains("| `tidings/{app}/{id}` |", "| `tidings/{app}/withdraw-{id}` |");
  }

  @Test
  void each_user_property_is_in_the_page() {
    String part = between("| user property | value |", "### How a connection");
    Set<String> used = found(PROPERTY, CODE);
    used.remove("tidings-jwt");

    assertThat(used).contains("apns-id", "accepted-at", "replayed", "tidings-redirect");
    Set<String> documented = matches(DOCUMENTED_PROPERTY, part);
    // With its value in the page.
    assertThat(part).contains("`tidings-redirect: accept`");
    used.remove("tidings-redirect");
    assertThat(documented).containsAll(used);
  }

  @Test
  void each_code_of_a_refused_connect_is_in_its_table() {
    Set<String> codes =
        codes(
            "CONNECTION_REFUSED_[A-Z_0-9]+",
            name -> MqttConnectReturnCode.valueOf(name).byteValue());
    // Those of MQTT 3.1.1 are small.
    codes.removeIf(code -> code.startsWith("0x0"));

    assertThat(codes).hasSizeGreaterThan(6);
    assertThat(documented("| CONNACK |")).isEqualTo(codes);
  }

  @Test
  void each_code_of_a_disconnect_is_in_its_table() {
    Set<String> codes =
        codes("(?<=\\bDisconnect\\.)[A-Z_]+", name -> Disconnect.valueOf(name).byteValue());

    assertThat(codes).hasSizeGreaterThan(12);
    assertThat(documented("| DISCONNECT |")).isEqualTo(codes);
  }

  @Test
  void each_code_of_an_answered_request_and_subscription_is_in_the_page() {
    Set<String> ofRequests =
        codes("(?<=\\bPubAck\\.)[A-Z_]+", name -> PubAck.valueOf(name).byteValue());
    ofRequests.remove("0x00");
    Set<String> ofFilters =
        codes("(?<=\\bSubAck\\.)[A-Z_]+", name -> SubAck.valueOf(name).byteValue());

    assertThat(ofRequests).hasSizeGreaterThan(4);
    assertThat(documented("| PUBACK | the answer's")).containsAll(ofRequests);
    assertThat(matches(CODE_IN_TEXT, between("Codes in a SUBACK", "\n"))).containsAll(ofFilters);
  }

  private static final Pattern CODE_IN_TEXT = Pattern.compile("0x[0-9A-F]{2}");

  /** Returns the codes in the first column of a table. */
  private static Set<String> documented(String head) {
    return between(head, "\n\n")
        .lines()
        .map(row -> row.split("\\|", -1))
        .filter(cells -> cells.length > 1)
        .flatMap(cells -> matches(CODE_IN_TEXT, cells[1]).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> codes(String names, Function<String, Byte> code) {
    return found(Pattern.compile("(" + names + ")"), NODE).stream()
        .map(name -> "0x%02X".formatted(code.apply(name) & 0xFF))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> found(Pattern pattern, List<Path> directories) {
    Set<String> found = new TreeSet<>();
    for (Path directory : directories) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.filter(each -> each.toString().matches(".*\\.(java|ts)")).toList()) {
          found.addAll(matches(pattern, Files.readString(file)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  /** Returns the first group of each match that has one, or all of it. */
  private static Set<String> matches(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> {
          List<String> groups = new ArrayList<>();
          for (int i = 1; i <= match.groupCount(); i++) {
            if (match.group(i) != null) {
              groups.add(match.group(i));
            }
          }
          return groups.isEmpty() ? match.group() : groups.getFirst();
        })
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String between(String from, String to) {
    try {
      String page = Files.readString(PAGE);
      int start = page.indexOf(from);
      assertThat(start).as(from).isNotNegative();
      return page.substring(start, page.indexOf(to, start));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
