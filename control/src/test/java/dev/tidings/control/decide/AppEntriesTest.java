package dev.tidings.control.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.schemas.avro.Team;
import dev.tidings.schemas.value.AppId;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppEntriesTest {
  private static final String TEAM = "TEAM567890";

  /** One team, and nothing else. */
  private static final class OneTeam implements ControlEntries {
    @Override
    public <E extends SpecificRecord> Optional<E> entry(ControlKind<E> kind, String name) {
      return kind.equals(ControlKind.TEAM) && name.equals(TEAM)
          ? Optional.of(kind.type().cast(new Team("Press", Instant.EPOCH)))
          : Optional.empty();
    }

    @Override
    public <E extends SpecificRecord> SortedMap<String, E> entries(ControlKind<E> kind) {
      return new TreeMap<>();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "com.example.voip, .voip",
    "com.example.voip-ptt, .voip-ptt",
    "com.example.complication, .complication",
    "com.example.pushkit.fileprovider, .pushkit.fileprovider",
    "com.example.location-query, .location-query",
    "com.example.push-type.liveactivity, .push-type.liveactivity",
    "com.example.push-type.controls, .push-type.controls",
    "com.example.push-type.widgets, .push-type.widgets"
  })
  void an_app_must_not_end_like_the_topics_of_a_push_type(String app, String suffix) {
    assertThatThrownBy(() -> AppEntries.add(new OneTeam(), new AppId(app), TEAM))
        .isInstanceOf(RefusedDecisionException.class)
        .hasMessageStartingWith(
            "app: "
                + app
                + " (expected: an app without "
                + suffix
                + ": topics that end so are those of app com.example for push type ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"com.example", "com.example.voip.app", "com.examplevoip", ".voip"})
  void every_other_name_is_accepted(String app) {
    assertThat(AppEntries.add(new OneTeam(), new AppId(app), TEAM)).isPresent();
  }
}
