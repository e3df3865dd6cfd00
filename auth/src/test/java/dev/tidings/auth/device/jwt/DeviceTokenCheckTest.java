package dev.tidings.auth.device.jwt;

import static dev.tidings.auth.device.jwt.TestIssuer.claims;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.TokenVerdict;
import dev.tidings.auth.device.jwt.IssuerDirectory.Entry;
import dev.tidings.auth.jose.JwsAlgorithm;
import dev.tidings.auth.jose.Signer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An administrator is told exactly what is wrong with a device's token. */
class DeviceTokenCheckTest {
  private static final String NODES =
      "; unless delivery nodes have this iss in auth.devices.issuers";

  private final Signer signer = Signer.of("key-1", JwsAlgorithm.ES256);
  private final Map<String, Entry> entries = new HashMap<>();
  private boolean complete = true;
  private final DeviceTokenCheck check =
      new DeviceTokenCheck(
          name -> Optional.ofNullable(entries.get(name)), () -> complete, () -> TestIssuer.START);

  private void enter(Optional<String> url, Optional<String> audience, List<String> apps) {
    entries.put(
        TestIssuer.NAME,
        new Entry(
            "TEAM567890",
            url,
            url.isPresent()
                ? Optional.empty()
                : Optional.of(new String(Signer.keySet(signer), StandardCharsets.UTF_8)),
            audience,
            apps.isEmpty() ? Optional.empty() : Optional.of(apps),
            TestIssuer.START));
  }

  private void refused(String token, String why) {
    assertThat(check.check(token))
        .isInstanceOfSatisfying(
            TokenVerdict.Refused.class, refused -> assertThat(refused.why()).contains(why));
  }

  private void undecided(String token, String why) {
    assertThat(check.check(token))
        .isInstanceOfSatisfying(
            TokenVerdict.Undecided.class, open -> assertThat(open.missing()).contains(why));
  }

  @Test
  void a_token_of_an_entered_issuer_is_accepted_and_its_device_and_apps_are_told() {
    enter(Optional.empty(), Optional.empty(), List.of("com.example.a", "com.example.b"));

    assertThat(check.check(signer.token(claims(""))))
        .isEqualTo(
            new TokenVerdict.Accepted(
                "device phone-1, team TEAM567890, apps com.example.a, com.example.b" + NODES));
    assertThat(check.check(signer.token(claims(",\"apps\":[\"com.example.b\",\"com.example.x\"]"))))
        .isEqualTo(
            new TokenVerdict.Accepted(
                "device phone-1, team TEAM567890, apps com.example.b" + NODES));
  }

  @Test
  void what_is_wrong_is_told_apart() {
    enter(Optional.empty(), Optional.of("tidings"), List.of());

    refused("nonsense", "not a signed JWT");
    refused(signer.token(claims("")), "token's aud");
    String audience = ",\"aud\":\"tidings\"";
    refused(signer.token(claims("1", audience)), "token: expired");
    refused(
        Signer.of("key-1", JwsAlgorithm.ES256).token(claims(audience)),
        "token's signature (expected: the issuer's");
    refused(Signer.of("key-2", JwsAlgorithm.ES256).token(claims(audience)), "token's kid");
  }

  @Test
  void what_only_the_nodes_know_is_left_open() {
    undecided(signer.token(claims("")), "auth.devices.issuers");
    complete = false;
    undecided(signer.token(claims("")), "still being read");

    enter(Optional.of("https://id.example.com/keys"), Optional.empty(), List.of());
    undecided(signer.token(claims("")), "all but its signature is right");
    refused(signer.token(claims("1", "")), "token: expired");
  }
}
