package dev.tidings.node.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodeSettingsTest {
  private static Config ownTags(String text) {
    return Config.of(NodeSettings.ALL, Map.of("device.tags", text));
  }

  @Test
  void tags_for_devices_are_names_and_by_default_there_are_none() {
    assertThat(NodeSettings.ownTags(Config.of(NodeSettings.ALL, Map.of()))).isEmpty();
    assertThat(NodeSettings.ownTags(ownTags("beta,new")))
        .extracting(BroadcastTopic::value)
        .containsExactlyInAnyOrder("tag:beta", "tag:new");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> NodeSettings.ownTags(ownTags("beta,a b")))
        .withMessage(
            "device.tags: a b (expected: names of 1 to 96 letters, digits and any of .-_~%:)");
    String many =
        IntStream.rangeClosed(0, 100).mapToObj(Integer::toString).collect(Collectors.joining(","));
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> NodeSettings.ownTags(ownTags(many)))
        .withMessage("device.tags: 101 names (expected: at most 100)");
  }

  private static Config origins(String text) {
    return Config.of(NodeSettings.ALL, Map.of("mqtt.ws.origins", text));
  }

  @Test
  void an_origin_that_is_none_is_refused_by_name_before_anything_starts() {
    assertThat(FrontSettings.origins(origins("https://a.example,http://b.example:81")))
        .containsExactly("https://a.example", "http://b.example:81");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> FrontSettings.origins(origins("https://a.example,https://*.example")))
        .withMessage("mqtt.ws.origins: https://*.example (expected: scheme://host[:port] or *)");
  }

  @ParameterizedTest
  @CsvSource({
    "max.keep.alive, 20h",
    "max.keep.alive, 999ms",
    "connect.timeout, 0s",
    "session.timeout, 30d",
    "commit.interval, 0s",
    "window.bytes, 0",
    "replay.read.rate, 0"
  })
  void a_time_or_a_size_that_nothing_can_keep_to_is_refused_by_name(String name, String value) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> Config.of(NodeSettings.ALL, Map.of(name, value)))
        .withMessageMatching(
            name + ": " + value + " \\(expected: (a duration|bytes), [0-9]+[a-z]+ to .*\\)");
  }
}
