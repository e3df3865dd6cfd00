package dev.tidings.auth.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Decision;
import dev.tidings.auth.Decision.Accepted;
import dev.tidings.auth.Decision.Refused;
import dev.tidings.auth.RefusalReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdministratorCredentialsTest {
  private static final String SECRET = "tad_ADM4567890_s3cret-and_long";
  private static final Instant END = Instant.parse("2026-06-01T00:00:00Z");

  private final Map<String, AdministratorDirectory.Credential> known = new HashMap<>();
  private boolean complete = true;
  private Instant now = END.minusSeconds(1);
  private final AdministratorCredentials administrators =
      new AdministratorCredentials(
          new AdministratorDirectory() {
            @Override
            public Optional<Credential> credential(String id) {
              return Optional.ofNullable(known.get(id));
            }

            @Override
            public boolean isComplete() {
              return complete;
            }
          },
          () -> now);

  @BeforeEach
  void add() throws Exception {
    known.put("ADM4567890", credential(SECRET));
  }

  private static AdministratorDirectory.Credential credential(String secret) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    return new AdministratorDirectory.Credential(
        ByteBuffer.wrap(hash), Optional.of(END), AdministratorRole.ADMIN);
  }

  private Refused<Administrator> refusal(@Nullable String authorization) {
    Decision<Administrator> decision = administrators.authenticate(authorization);
    assertThat(decision).isInstanceOf(Refused.class);
    return (Refused<Administrator>) decision;
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "bearer ", "BEARER  "})
  void the_right_one_is_accepted_and_named_by_its_id(String scheme) {
    assertThat(administrators.authenticate(scheme + SECRET))
        .isEqualTo(new Accepted<>(new Administrator("ADM4567890", AdministratorRole.ADMIN)));
  }

  @Test
  void one_that_is_unknown_altered_malformed_expired_or_revoked_is_refused_with_the_same_words() {
    Refused<Administrator> unknown = refusal("Bearer tad_XXX4567890_s3cret-and_long");
    assertThat(unknown.reason()).isEqualTo(RefusalReason.INVALID);

    assertThat(refusal("Bearer " + SECRET + "x")).isEqualTo(unknown);
    assertThat(refusal("Bearer " + SECRET.substring(0, SECRET.length() - 1))).isEqualTo(unknown);
    assertThat(refusal("Bearer tad_ADM4567890_")).isEqualTo(unknown);
    assertThat(refusal("Bearer tad_")).isEqualTo(unknown);
    assertThat(refusal("Bearer tid_ADM4567890_s3cret-and_long")).isEqualTo(unknown);
    assertThat(refusal("Bearer ")).isEqualTo(unknown);
    assertThat(refusal("Bearer")).isEqualTo(unknown);
    assertThat(refusal("Basic dGFkXw==")).isEqualTo(unknown);
    assertThat(refusal("Bearer tad_ADM4567890_" + "x".repeat(10_000))).isEqualTo(unknown);
    now = END;
    assertThat(refusal("Bearer " + SECRET)).isEqualTo(unknown);
    now = END.minusSeconds(1);
    known.clear();
    assertThat(refusal("Bearer " + SECRET)).isEqualTo(unknown);
    assertThat(unknown.detail()).doesNotContain("s3cret").contains("expected: ");
  }

  @Test
  void without_one_it_says_what_was_expected() {
    assertThat(refusal(null).reason()).isEqualTo(RefusalReason.MISSING);
    assertThat(refusal(null).detail()).contains("expected: Authorization: Bearer");
  }

  @Test
  void nobody_is_called_unknown_before_all_are_known() {
    complete = false;
    assertThat(refusal("Bearer tad_XXX4567890_y").reason()).isEqualTo(RefusalReason.UNAVAILABLE);
    assertThat(refusal("Bearer tad_ADM4567890_y")).isEqualTo(refusal("Bearer tad_XXX4567890_y"));
    assertThat(administrators.authenticate("Bearer " + SECRET)).isInstanceOf(Accepted.class);
  }
}
