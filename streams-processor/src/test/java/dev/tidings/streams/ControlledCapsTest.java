package dev.tidings.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.DailyCap;
import dev.tidings.schemas.value.AppId;
import dev.tidings.streams.cap.CapRule;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ControlledCapsTest {
  private static final AppId NEWS = new AppId("com.example.news");

  private final Map<String, DailyCap> entries = new HashMap<>();
  private long version;
  private boolean complete = true;
  private int readings;
  private Runnable forgetting = () -> {};
  private final ControlledCaps caps =
      new ControlledCaps(
          () -> version,
          () -> complete,
          () -> {
            readings++;
            forgetting.run();
            return entries;
          });

  @Test
  void a_cap_is_of_one_category_of_one_app() {
    entries.put("com.example.news/marketing", new DailyCap(2, "Asia/Shanghai"));
    entries.put("com.example.news/none", new DailyCap(5, "UTC"));

    assertThat(caps.of(NEWS, "marketing")).isEqualTo(new CapRule(2, ZoneId.of("Asia/Shanghai")));
    assertThat(caps.of(NEWS, null)).isEqualTo(new CapRule(5, ZoneId.of("UTC")));
    assertThat(caps.of(NEWS, "transactional")).isNull();
    assertThat(caps.of(new AppId("com.example.mail"), "marketing")).isNull();
  }

  @Test
  void a_change_counts_at_once_and_entries_are_not_read_without_one() {
    assertThat(caps.of(NEWS, "marketing")).isNull();
    entries.put("com.example.news/marketing", new DailyCap(2, "UTC"));
    assertThat(caps.of(NEWS, "marketing")).isNull();
    assertThat(readings).isEqualTo(1);

    version++;

    assertThat(caps.of(NEWS, "marketing")).isNotNull();
    assertThat(readings).isEqualTo(2);
  }

  @Test
  void while_the_entries_are_read_anew_what_was_known_counts() {
    entries.put("com.example.news/marketing", new DailyCap(2, "UTC"));
    assertThat(caps.of(NEWS, "marketing")).isNotNull();

    entries.clear();
    complete = false;
    version++;
    assertThat(caps.of(NEWS, "marketing")).isNotNull();

    complete = true;
    assertThat(caps.of(NEWS, "marketing")).isNull();
  }

  @Test
  void entries_that_are_forgotten_while_they_are_read_do_not_count() {
    entries.put("com.example.news/marketing", new DailyCap(2, "UTC"));
    assertThat(caps.of(NEWS, "marketing")).isNotNull();
    version++;
    forgetting =
        () -> {
          complete = false;
          entries.clear();
        };

    assertThat(caps.of(NEWS, "marketing")).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "com.example.news/marketing, 0, UTC",
    "com.example.news/marketing, -1, UTC",
    "com.example.news/marketing, 1001, UTC",
    "com.example.news/marketing, 2, Mars/Olympus",
    "com.example.news/marketing, 2, ''",
    "/marketing, 2, UTC",
    "marketing, 2, UTC"
  })
  void an_entry_that_makes_no_sense_counts_for_nothing(String name, int perDay, String zone) {
    entries.put(name, new DailyCap(perDay, zone));

    assertThat(caps.of(NEWS, "marketing")).isNull();
  }
}
