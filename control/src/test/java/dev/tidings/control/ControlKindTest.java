package dev.tidings.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.LogTopics;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ControlKindTest {
  /** Else a registry in which services may register nothing would refuse its entries. */
  @Test
  void the_schema_of_every_kind_is_registered_when_topics_are_created() {
    assertThat(
            ControlKind.all().stream()
                .collect(Collectors.toMap(ControlKind::name, ControlKind::type)))
        .isEqualTo(LogTopics.CONTROL_KINDS);
  }

  @Test
  void its_subject_is_the_one_that_entries_are_written_with() {
    String topic = LogTopics.CONTROL.name();

    assertThat(LogTopics.controlSchemas(topic).keySet())
        .contains(ControlKey.of(ControlKind.API_KEY, "A").serialisedAs(topic) + "-value");
  }
}
