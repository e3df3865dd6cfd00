package dev.tidings.control.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKey;
import dev.tidings.control.ControlKind;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.avro.Webhook;
import dev.tidings.schemas.value.AppId;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhooksTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final AppId APP = new AppId("com.example.news");
  private static final String URL = "https://hooks.example.com/receipts?key=cGFzc3dvcmQ";

  private final Map<ControlKey, SpecificRecord> there = new HashMap<>();
  private final ControlEntries entries =
      new ControlEntries() {
        @Override
        public <E extends SpecificRecord> Optional<E> entry(ControlKind<E> kind, String name) {
          return Optional.ofNullable(there.get(ControlKey.of(kind, name))).map(kind.type()::cast);
        }

        @Override
        public <E extends SpecificRecord> SortedMap<String, E> entries(ControlKind<E> kind) {
          SortedMap<String, E> all = new TreeMap<>();
          there.forEach((key, entry) -> {
            if (key.kind().equals(kind.name())) {
              all.put(key.name(), kind.type().cast(entry));
            }
          });
          return all;
        }
      };

  @BeforeEach
  void there_is_an_app() {
    there.put(ControlKey.of(ControlKind.APP, APP.value()), new App("TEAM567890"));
  }

  private Webhook write(ControlChange<Webhook> change) {
    Webhook written = change.entry().orElseThrow();
    there.put(ControlKey.of(change.kind(), change.name()), written);
    return written;
  }

  private String enter() {
    NewWebhookSecret made = Webhooks.create(entries, APP, URL, 100, NOW);
    write(made.change());
    return made.change().name();
  }

  @Test
  void it_belongs_to_the_team_of_its_app_and_keeps_the_key_that_its_owner_is_shown() {
    NewWebhookSecret made = Webhooks.create(entries, APP, URL, 100, NOW);

    Webhook webhook = made.change().entry().orElseThrow();
    assertThat(webhook.getTeam()).isEqualTo("TEAM567890");
    assertThat(made.secret().reveal())
        .isEqualTo("whsec_" + Base64.getEncoder().encodeToString(webhook.getSecret().array()));
    assertThat(made.change().what())
        .isEqualTo("webhook create: team TEAM567890, app com.example.news, host hooks.example.com")
        .doesNotContain("cGFzc3dvcmQ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://example.com/",
        "https://user:pass@example.com/",
        "https:///no-host",
        "https://example.com/#fragment",
        "https://example.com:99999/",
        "https://exam ple.com/",
        "https://example.com/ü",
        "example.com",
      })
  void a_url_of_another_form_is_refused(String url) {
    assertThatThrownBy(() -> Webhooks.create(entries, APP, url, 100, NOW))
        .isInstanceOf(RefusedDecisionException.class)
        .hasMessageContaining("url");
  }

  @Test
  void there_are_so_many_and_no_more() {
    for (int i = 0; i < Webhooks.MOST; i++) {
      if (i % Webhooks.MOST_OF_TEAM == 0) {
        there.put(ControlKey.of(ControlKind.APP, APP.value()), new App("TEAM00000" + i / 20));
      }
      enter();
    }

    assertThatThrownBy(this::enter).hasMessageContaining("webhooks: 200 already");
  }

  @Test
  void a_team_has_so_many_and_leaves_the_others_to_others() {
    for (int i = 0; i < Webhooks.MOST_OF_TEAM; i++) {
      enter();
    }

    assertThatThrownBy(this::enter).hasMessageContaining("webhooks of team TEAM567890: 20 already");
    there.put(ControlKey.of(ControlKind.APP, APP.value()), new App("OTHER67890"));
    assertThat(enter()).isNotEmpty();
  }

  @Test
  void the_secret_before_is_kept_for_a_while() {
    String id = enter();
    Webhook before = Webhooks.find(entries, id);

    Webhook rotated =
        write(Webhooks.rotate(entries, id, Duration.ofHours(1), NOW.plusSeconds(60)).change());

    assertThat(rotated.getPreviousSecret()).isEqualTo(before.getSecret());
    assertThat(rotated.getPreviousUntil()).isEqualTo(NOW.plusSeconds(3_660));
    assertThat(rotated.getSecret()).isNotEqualTo(before.getSecret());
  }

  @Test
  void without_overlap_the_secret_before_is_forgotten() {
    String id = enter();

    Webhook rotated = write(Webhooks.rotate(entries, id, Duration.ZERO, NOW).change());

    assertThat(rotated.getPreviousSecret()).isNull();
    assertThat(rotated.getPreviousUntil()).isNull();
  }

  @Test
  void one_that_is_switched_off_says_since_when_and_why_until_it_is_switched_on() {
    String id = enter();

    Webhook disabled = write(Webhooks.disable(entries, id, "it answers 410", NOW));
    assertThat(disabled.getDisabledSince()).isEqualTo(NOW);
    assertThat(disabled.getDisabledWhy()).isEqualTo("it answers 410");

    Webhook enabled = write(Webhooks.enable(entries, id));
    assertThat(enabled.getDisabledSince()).isNull();
    assertThat(enabled.getDisabledWhy()).isNull();
  }

  @Test
  void a_change_is_not_made_of_an_entry_that_somebody_has_changed_meanwhile() {
    String id = enter();
    Webhook before = Webhooks.find(entries, id);

    assertThat(Webhooks.enable(entries, id).before()).contains(before);
  }
}
