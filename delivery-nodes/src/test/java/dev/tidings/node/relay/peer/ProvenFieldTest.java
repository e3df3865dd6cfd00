package dev.tidings.node.relay.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.device.DeviceIssuer;
import dev.tidings.auth.device.IssuerEntry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ProvenFieldTest {
  private static final DeviceIdentity LIMITED =
      new DeviceIdentity(
          "téléphone-1",
          Optional.of("anna"),
          Apps.of(Set.of("com.example.news", "com.example.mail")),
          Instant.ofEpochMilli(1_700_000_000_123L));

  static Stream<DeviceIdentity> identities() {
    return Stream.of(
        LIMITED,
        new DeviceIdentity("phone-1", Optional.empty(), Apps.ALL, Instant.MAX),
        new DeviceIdentity("phone-1", Optional.empty(), Apps.of(Set.of()), Instant.EPOCH),
        new DeviceIdentity(
            "phone-1",
            Optional.of("anna"),
            Apps.ALL,
            Instant.EPOCH,
            DeviceIssuer.unknown(new IssuerEntry("https://id.example.com/", "X2Vzw"))));
  }

  @ParameterizedTest
  @MethodSource("identities")
  void an_identity_comes_across_as_it_is(DeviceIdentity identity) {
    assertThat(ProvenField.write(identity).flatMap(ProvenField::read)).contains(identity);
  }

  @Test
  void a_field_that_is_cut_off_or_goes_on_is_no_identity() {
    ByteBuf whole = ProvenField.write(LIMITED).orElseThrow();
    for (int length = 0; length < whole.readableBytes(); length++) {
      assertThat(ProvenField.read(whole.slice(0, length))).as("%d bytes", length).isEmpty();
    }
    assertThat(ProvenField.read(whole.copy().writeByte(0))).isEmpty();
    ByteBuf withIssuer =
        ProvenField.write(LIMITED.issuedBy(DeviceIssuer.unknown(new IssuerEntry("acme", "1"))))
            .orElseThrow();
    for (int length = 0; length < withIssuer.readableBytes(); length++) {
      assertThat(ProvenField.read(withIssuer.slice(0, length))).isEmpty();
    }
  }

  /** A node of the version before writes it. */
  @Test
  void a_field_that_names_an_issuer_without_its_digest_is_no_identity() {
    ByteBuf field = ProvenField.write(LIMITED).orElseThrow().copy().setByte(0, 2);
    field.writeShort(4).writeCharSequence("acme", US_ASCII);

    assertThat(ProvenField.read(field)).isEmpty();
  }

  @Test
  void a_field_of_a_later_version_is_no_identity() {
    ByteBuf later = ProvenField.write(LIMITED).orElseThrow().copy().setByte(0, 4);

    assertThat(ProvenField.read(later)).isEmpty();
    assertThat(ProvenField.read(Unpooled.EMPTY_BUFFER)).isEmpty();
  }

  @Test
  void apps_that_change_and_more_of_them_than_fit_are_left_to_the_other_node() {
    Set<String> many =
        IntStream.range(0, 1_000)
            .mapToObj("com.example.app-%d"::formatted)
            .collect(Collectors.toSet());

    assertThat(
            ProvenField.write(
                new DeviceIdentity("a", Optional.empty(), Apps.where(app -> true), Instant.MAX)))
        .isEmpty();
    assertThat(
            ProvenField.write(
                new DeviceIdentity("a", Optional.empty(), Apps.of(many), Instant.MAX)))
        .isEmpty();
  }
}
