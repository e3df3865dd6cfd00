package dev.tidings.control.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.control.credential.IssuerKeySource;
import dev.tidings.schemas.avro.Issuer;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class DeviceIssuersTest {
  private static final KeyScope SCOPE = new KeyScope("TEAM567890", null);
  private static final IssuerKeySource KEYS =
      IssuerKeySource.atUrl("keysUrl", "https://id.example.com/jwks");

  private final SortedMap<String, Issuer> issuers = new TreeMap<>();

  /** Is there, and cannot be read. */
  private boolean unreadable;

  private final ControlEntries entries =
      new ControlEntries() {
        @Override
        public <E extends SpecificRecord> Optional<E> entry(ControlKind<E> kind, String name) {
          return Optional.ofNullable(issuers.get(name)).map(kind.type()::cast);
        }

        @Override
        public boolean exists(ControlKind<?> kind, String name) {
          return unreadable || issuers.containsKey(name);
        }

        @Override
        public <E extends SpecificRecord> SortedMap<String, E> entries(ControlKind<E> kind) {
          SortedMap<String, E> all = new TreeMap<>();
          issuers.forEach((name, issuer) -> all.put(name, kind.type().cast(issuer)));
          return all;
        }
      };

  private void enter(String name) {
    issuers.put(
        name,
        DeviceIssuers.create(entries, name, SCOPE, KEYS, Optional.empty(), Instant.EPOCH)
            .entry()
            .orElseThrow());
  }

  @Test
  void there_are_so_many_and_no_more() {
    for (int i = 0; i < DeviceIssuers.MOST; i++) {
      enter("issuer-" + i);
    }

    assertThatThrownBy(() -> enter("one-more"))
        .isInstanceOf(RefusedDecisionException.class)
        .hasMessage("issuers: 1000 already (expected: fewer than 1000)");
    issuers.remove("issuer-0");
    enter("one-more");
  }

  @Test
  void one_whose_entry_cannot_be_read_is_not_replaced_and_can_be_deleted() {
    unreadable = true;

    assertThatThrownBy(() -> enter("acme")).hasMessageContaining("not been entered yet");
    assertThat(DeviceIssuers.delete(entries, "acme").what()).isEqualTo("issuer delete: unreadable");
  }

  @Test
  void what_cannot_be_an_issuer_is_refused() {
    assertThatThrownBy(() -> enter("")).hasMessageContaining(DeviceIssuers.NAME_FORM);
    assertThatThrownBy(() -> enter("ä")).hasMessageContaining(DeviceIssuers.NAME_FORM);
    assertThatThrownBy(() -> enter("a".repeat(201))).hasMessageContaining(DeviceIssuers.NAME_FORM);
    assertThatThrownBy(() -> DeviceIssuers.find(entries, "acme"))
        .hasMessage("issuer: acme (expected: one that has been entered)");
    assertThatThrownBy(() -> DeviceIssuers.delete(entries, "acme"))
        .hasMessage("issuer: acme (expected: one that has been entered)");
  }
}
