package dev.tidings.auth.device.jwt;

import static dev.tidings.auth.device.jwt.TestIssuer.claims;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.device.DeviceIssuer;
import dev.tidings.auth.device.IssuerEntry;
import dev.tidings.auth.device.jwt.IssuerDirectory.Entry;
import dev.tidings.auth.device.jwt.keys.KeySetText;
import dev.tidings.auth.jose.JwsAlgorithm;
import dev.tidings.auth.jose.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Nothing is followed by itself, and keys are read at once. */
class EnteredIssuersTest {
  private static final String TEAM = "TEAM567890";
  private static final String MAIL = "com.example.mail";
  private static final String NEWS = "com.example.news";

  private final Signer signer = Signer.of("key-1", JwsAlgorithm.ES256);
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final Map<String, String> apps = new ConcurrentHashMap<>(Map.of(MAIL, TEAM, NEWS, TEAM));
  private boolean complete = true;
  private long version;
  private Runnable whileRead = () -> {};

  private final IssuerDirectory directory =
      new IssuerDirectory() {
        @Override
        public long version() {
          return version;
        }

        @Override
        public boolean isComplete() {
          return complete;
        }

        @Override
        public Map<String, Entry> issuers() {
          whileRead.run();
          return Map.copyOf(entries);
        }

        @Override
        public Map<String, Set<String>> appsByTeam() {
          return apps.entrySet().stream()
              .collect(
                  Collectors.groupingBy(
                      Map.Entry::getValue,
                      Collectors.mapping(Map.Entry::getKey, Collectors.toSet())));
        }

        @Override
        public Optional<String> team(String app) {
          return Optional.ofNullable(apps.get(app));
        }
      };

  private final EnteredIssuers entered =
      new EnteredIssuers(directory, Optional.of("tidings"), () -> TestIssuer.START, this::keys);

  private final Map<String, KnownIssuer> configured = new HashMap<>();

  private IssuerKeys keys(String name, Entry entry) {
    IssuerKeys keys =
        new IssuerKeys(
            name, new KeySetText(entry.keySet().orElseThrow()), Runnable::run, System::nanoTime);
    keys.readIfDue();
    return keys;
  }

  private Entry entry(Signer key, Optional<String> audience, Optional<List<String>> named) {
    String keySet = new String(Signer.keySet(key), StandardCharsets.UTF_8);
    return new Entry(
        TEAM, Optional.empty(), Optional.of(keySet), audience, named, TestIssuer.START);
  }

  private void enter(Entry entry) {
    entries.put(TestIssuer.NAME, entry);
    version++;
  }

  private JwtDevices devices() {
    return new JwtDevices(new Issuers(configured, entered), Runnable::run);
  }

  private Decision<DeviceIdentity> decide(String more) {
    return TestIssuer.decide(devices(), signer.token(claims(more)));
  }

  private DeviceIdentity accepted(String more) {
    assertThat(decide(more)).isInstanceOf(Decision.Accepted.class);
    return ((Decision.Accepted<DeviceIdentity>) decide(more)).identity();
  }

  private void assertRefused(RefusalReason reason, String more) {
    assertThat(decide(more))
        .isInstanceOfSatisfying(
            Decision.Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  @Test
  void an_issuer_counts_from_its_entry_until_it_is_deleted() {
    assertThat(entered.follow()).isFalse();
    assertRefused(RefusalReason.INVALID, "");

    enter(entry(signer, Optional.of("phones"), Optional.empty()));
    assertThat(entered.follow()).isFalse();
    DeviceIdentity identity = accepted(",\"aud\":\"phones\"");
    assertThat(identity.issuer().isInForce()).isTrue();
    assertRefused(RefusalReason.NOT_AUTHORIZED, ",\"aud\":\"tidings\"");

    entries.clear();
    version++;
    assertThat(entered.follow()).isTrue();
    assertThat(identity.issuer().isInForce()).isFalse();
    assertThat(identity.allowedApps().contains(MAIL)).isFalse();
    assertRefused(RefusalReason.INVALID, ",\"aud\":\"phones\"");
    assertThat(entered.follow()).isFalse();
  }

  @Test
  void without_an_audience_of_its_own_that_of_the_settings_counts() {
    enter(entry(signer, Optional.empty(), Optional.empty()));
    entered.follow();

    accepted(",\"aud\":\"tidings\"");
    assertRefused(RefusalReason.NOT_AUTHORIZED, "");
  }

  @Test
  void a_device_may_use_the_apps_of_the_issuers_team_that_are_there_now_and_that_it_names() {
    enter(entry(signer, Optional.empty(), Optional.of(List.of(MAIL, "com.example.later"))));
    entered.follow();
    Apps all = accepted(",\"aud\":\"tidings\"").allowedApps();
    Apps some = accepted(",\"aud\":\"tidings\",\"apps\":[\"" + NEWS + "\"]").allowedApps();

    assertThat(all.contains(MAIL)).isTrue();
    assertThat(all.contains(NEWS)).as("not named by the entry").isFalse();
    assertThat(all.contains("com.example.later")).as("no app").isFalse();
    assertThat(some.contains(MAIL)).as("not named by the token").isFalse();
    assertThat(some.contains(NEWS)).isFalse();
    apps.put("com.example.later", TEAM);
    assertThat(all.contains("com.example.later")).isTrue();
    apps.put("com.example.later", "OTHER67890");
    assertThat(all.contains("com.example.later")).as("of another team").isFalse();
    apps.remove(MAIL);
    assertThat(all.contains(MAIL)).as("removed").isFalse();
  }

  @Test
  void its_devices_receive_for_the_apps_of_its_team_that_it_names_as_last_looked_at() {
    apps.put("com.other.shop", "OTHER67890");
    enter(
        entry(signer, Optional.empty(), Optional.of(List.of(MAIL, "com.later", "com.other.shop"))));
    assertThat(entered.follow()).isFalse();
    DeviceIssuer issuer = accepted(",\"aud\":\"tidings\"").issuer();
    assertThat(issuer.receivable()).isEqualTo(Apps.of(Set.of(MAIL)));

    apps.put("com.later", TEAM);
    assertThat(issuer.receivable().contains("com.later")).as("not looked at yet").isFalse();
    version++;
    assertThat(entered.follow()).as("devices are to be looked at").isTrue();
    assertThat(issuer.receivable()).isEqualTo(Apps.of(Set.of(MAIL, "com.later")));
    version++;
    assertThat(entered.follow()).as("nothing has changed for it").isFalse();

    apps.clear();
    complete = false;
    version++;
    assertThat(entered.follow()).isFalse();
    assertThat(issuer.receivable().contains(MAIL)).as("while entries are read anew").isTrue();
    complete = true;
    assertThat(entered.follow()).isTrue();
    assertThat(issuer.receivable()).isEqualTo(Apps.NONE);
    assertThat(DeviceIssuer.LASTING.receivable()).isEqualTo(Apps.ALL);
  }

  @Test
  void an_entry_that_changes_is_another_issuer_and_one_that_stays_is_the_same() {
    enter(entry(signer, Optional.empty(), Optional.empty()));
    entered.follow();
    DeviceIssuer first = accepted(",\"aud\":\"tidings\"").issuer();
    entries.put("other", entry(signer, Optional.empty(), Optional.empty()));
    version++;
    assertThat(entered.follow()).isFalse();
    assertThat(accepted(",\"aud\":\"tidings\"").issuer()).isSameAs(first);

    Signer next = Signer.of("key-1", JwsAlgorithm.ES256);
    enter(entry(next, Optional.empty(), Optional.empty()));
    assertThat(entered.follow()).isTrue();
    assertThat(first.isInForce()).isFalse();
    assertRefused(RefusalReason.INVALID, ",\"aud\":\"tidings\"");
  }

  @Test
  void while_entries_are_forgotten_and_read_anew_nobody_is_sent_away() {
    enter(entry(signer, Optional.empty(), Optional.empty()));
    entered.follow();
    DeviceIssuer issuer = accepted(",\"aud\":\"tidings\"").issuer();

    entries.clear();
    version++;
    complete = false;
    assertThat(entered.follow()).isFalse();
    complete = true;
    whileRead = () -> version++;
    assertThat(entered.follow()).as("they change while they are looked at").isFalse();
    whileRead = () -> complete = false;
    assertThat(entered.follow()).isFalse();

    assertThat(issuer.isInForce()).isTrue();
    whileRead = () -> {};
    complete = true;
    assertThat(entered.follow()).isTrue();
  }

  @Test
  void until_all_entries_are_known_an_unknown_issuer_may_come_again() {
    complete = false;
    entered.follow();
    assertRefused(RefusalReason.UNAVAILABLE, "");

    complete = true;
    assertRefused(RefusalReason.UNAVAILABLE, "");
    entered.follow();
    assertRefused(RefusalReason.INVALID, "");
  }

  @Test
  void an_issuer_of_the_settings_counts_instead_of_an_entry_of_its_name() {
    Signer ours = Signer.of("key-1", JwsAlgorithm.ES256);
    Entry theirs = entry(signer, Optional.empty(), Optional.empty());
    enter(theirs);
    entered.follow();
    configured.put(
        TestIssuer.NAME,
        new KnownIssuer(
            keys("", entry(ours, Optional.empty(), Optional.empty())),
            new ClaimsCheck(Optional.empty(), () -> TestIssuer.START)));

    assertRefused(RefusalReason.INVALID, ",\"aud\":\"tidings\"");
    assertThat(TestIssuer.decide(devices(), ours.token(claims(""))))
        .isInstanceOfSatisfying(
            Decision.Accepted.class,
            accepted ->
                assertThat(((DeviceIdentity) accepted.identity()).issuer())
                    .isSameAs(DeviceIssuer.LASTING));
    assertThat(devices().provedElsewhere(elsewhere(nowhereKnown(theirs)))).isEmpty();
  }

  /** As an issuer comes across from another node. */
  private static DeviceIssuer nowhereKnown(Entry entry) {
    return DeviceIssuer.unknown(new IssuerEntry(TestIssuer.NAME, EntryDigest.of(entry)));
  }

  private static DeviceIdentity elsewhere(DeviceIssuer issuer) {
    return new DeviceIdentity("phone-1", Optional.empty(), Apps.ALL, Instant.MAX, issuer);
  }

  @Test
  void what_was_proved_elsewhere_counts_if_its_issuer_is_known_here() {
    Entry entry = entry(signer, Optional.empty(), Optional.empty());
    DeviceIdentity identity = elsewhere(nowhereKnown(entry));
    assertThat(identity.allowedApps().contains(MAIL)).isFalse();
    assertThat(devices().provedElsewhere(identity)).isEmpty();

    enter(entry);
    entered.follow();
    DeviceIdentity here = devices().provedElsewhere(identity).orElseThrow();
    assertThat(here.issuer().isInForce()).isTrue();
    assertThat(here.allowedApps().contains(MAIL)).isTrue();
    assertThat(devices().provedElsewhere(elsewhere(DeviceIssuer.LASTING))).isPresent();
  }

  @Test
  void what_an_earlier_entry_of_the_name_has_proved_elsewhere_does_not_count_here() {
    enter(entry(signer, Optional.empty(), Optional.empty()));
    entered.follow();
    DeviceIdentity byTheOldKey = accepted(",\"aud\":\"tidings\"");
    assertThat(devices().provedElsewhere(byTheOldKey)).isPresent();

    Signer next = Signer.of("key-1", JwsAlgorithm.ES256);
    enter(entry(next, Optional.empty(), Optional.empty()));
    entered.follow();

    assertThat(devices().provedElsewhere(byTheOldKey)).isEmpty();
  }

  @Test
  void one_that_is_deleted_and_entered_anew_as_it_was_is_another_issuer() {
    Entry first = entry(signer, Optional.empty(), Optional.empty());
    enter(first);
    entered.follow();
    DeviceIdentity before = accepted(",\"aud\":\"tidings\"");

    enter(
        new Entry(
            TEAM,
            first.keysUrl(),
            first.keySet(),
            first.audience(),
            first.apps(),
            TestIssuer.START.plusMillis(1)));

    assertThat(entered.follow()).isTrue();
    assertThat(before.issuer().isInForce()).isFalse();
    assertThat(devices().provedElsewhere(before)).isEmpty();
  }

  @Test
  void entries_that_differ_in_anything_have_other_digests() {
    Optional<String> none = Optional.empty();
    Optional<String> text = Optional.of("a");
    Optional<List<String>> all = Optional.empty();
    List<Entry> entries =
        List.of(
            new Entry("t", none, none, none, all, Instant.EPOCH),
            new Entry("ta", none, none, none, all, Instant.EPOCH),
            new Entry("t", text, none, none, all, Instant.EPOCH),
            new Entry("t", none, text, none, all, Instant.EPOCH),
            new Entry("t", none, none, text, all, Instant.EPOCH),
            new Entry("t", none, none, none, Optional.of(List.of()), Instant.EPOCH),
            new Entry("t", none, none, none, Optional.of(List.of("a")), Instant.EPOCH),
            new Entry("t", none, none, none, Optional.of(List.of("a", "")), Instant.EPOCH),
            new Entry("t", none, none, none, all, Instant.ofEpochMilli(1)));

    assertThat(entries.stream().map(EntryDigest::of)).doesNotHaveDuplicates();
    assertThat(EntryDigest.of(entry(signer, text, all)))
        .isEqualTo(EntryDigest.of(entry(signer, text, all)));
  }

  @Test
  void of_more_than_there_may_be_some_do_not_count() {
    Entry one = entry(signer, Optional.empty(), Optional.empty());
    for (int i = 0; i <= EnteredIssuers.MOST; i++) {
      entries.put("issuer-" + i, one);
    }
    version++;
    entered.follow();

    assertThat(entered.all()).hasSize(EnteredIssuers.MOST);
  }

  @Test
  void without_any_issuer_and_without_keys_of_any_something_is_wrong() {
    entered.follow();
    assertThat(devices().wrong()).get().asString().startsWith("there is no issuer");

    enter(
        new Entry(
            TEAM,
            Optional.empty(),
            Optional.of("{}"),
            Optional.empty(),
            Optional.empty(),
            TestIssuer.START));
    entered.follow();
    assertThat(devices().wrong()).get().asString().startsWith("no keys of any issuer");
    assertThat(devices().issuersWithoutKeys()).isEqualTo(1);
    enter(entry(signer, Optional.empty(), Optional.empty()));
    entered.follow();
    assertThat(devices().wrong()).isEmpty();
  }
}
