package dev.tidings.device.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AlertTest {

  @Test
  void a_string_is_the_body() {
    assertThat(parse("{'aps':{'alert':'Grüße'}}"))
        .contains(
            new Alert(Optional.empty(), Optional.of("Grüße"), Optional.empty(), Optional.empty()));
  }

  @Test
  void an_object_has_title_and_body() {
    assertThat(
            parse(
                "{'x':{'aps':1},'aps':{'badge':3,'alert':{'loc-args':['a'],'title':'T','body':'B'},"
                    + "'sound':'default'},'y':[{}]}"))
        .contains(
            new Alert(Optional.of("T"), Optional.of("B"), Optional.of(3), Optional.of("default")));
  }

  @Test
  void a_critical_alerts_sound_is_an_object() {
    Alert alert =
        parse("{'aps':{'sound':{'critical':1,'name':'siren','volume':0.5}}}").orElseThrow();

    assertThat(alert.sound()).contains("siren");
    assertThat(alert.body()).isEmpty();
  }

  @Test
  void what_is_of_the_wrong_type_is_left_out() {
    assertThat(parse("{'aps':{'alert':[1,{}],'badge':'many','sound':7}}"))
        .contains(
            new Alert(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{", "{}", "{'aps':'x'}", "{'aps':{'alert':"})
  void what_says_nothing_is_no_alert(String payload) {
    assertThat(parse(payload)).isEmpty();
  }

  private static Optional<Alert> parse(String json) {
    return Alert.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
