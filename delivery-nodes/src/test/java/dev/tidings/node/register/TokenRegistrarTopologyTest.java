package dev.tidings.node.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.node.register.Registrar.Attributes;
import dev.tidings.node.register.others.ForeignRevocations;
import dev.tidings.node.subscriber.ProviderChange;
import dev.tidings.node.table.TableHarness;
import dev.tidings.node.table.TableRule;
import dev.tidings.schemas.avro.ErasedToken;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.token.DeviceAddress;
import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G29, G35, G36, G37, G120, G130, G133, G142 and G147 of docs/guarantees.md. */
final class TokenRegistrarTopologyTest {
  private static final DeviceId DEVICE = new DeviceId("phone-1");
  private static final AppId APP = new AppId("com.example.news");
  private static final TokenKeys KEYS = TokenKeys.parse("1:" + "0f".repeat(16));
  private static final TokenMint MINT = new TokenMint(KEYS);

  @TempDir Path directory;

  private final FakeRegistry registry = new FakeRegistry();

  @AfterEach
  void stop() {
    registry.close();
  }

  private static RegistrationLimits limits(int apps, int perMinute) {
    return new RegistrationLimits(apps, new RequestLimits(perMinute, 1_000));
  }

  /** An owner of the device, over whatever it finds in the log. */
  private final class Owner implements AutoCloseable {
    final TableHarness<Generation> node;
    final TableHarness<Subscription> topics;
    final RevokedTokens revoked = new RevokedTokens(1_000);
    final List<DeviceId> purged = new ArrayList<>();
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final TokenRegistrar registrar;
    final ForeignRevocations foreign;
    private long later;
    private Instant now = Instant.ofEpochMilli(1_000_000);

    Owner(RegistrationLimits limits) {
      node =
          new TableHarness<>(
              directory.resolve(String.valueOf(System.nanoTime())),
              LogTopics.GENERATIONS,
              Generations.RULE,
              registry);
      topics =
          new TableHarness<>(
              directory.resolve(String.valueOf(System.nanoTime())),
              LogTopics.SUBSCRIPTIONS,
              TableRule.last(),
              registry);
      registrar =
          new TokenRegistrar(
              MINT,
              node.table(),
              revoked,
              node.log(),
              () -> now,
              () -> now.toEpochMilli() * 1_000_000,
              limits,
              purged::add,
              new JoinedTopics(topics.table(), 3, 2, () -> now),
              metrics);
      foreign = new ForeignRevocations(node.table(), MINT, revoked, registrar::revokedByOthers);
    }

    Owner() {
      this(limits(10, 1_000));
    }

    CompletableFuture<Token> register(AppId app, String locale) {
      return registrar
          .register(DEVICE, app, Optional.ofNullable(locale), Optional.empty(), Attributes.NONE)
          .toCompletableFuture();
    }

    /** As a user, with tags that it has and others that it has not. */
    CompletableFuture<Token> registerAs(String user, Set<String> given, Set<String> taken) {
      Attributes attributes =
          new Attributes(
              Optional.ofNullable(user).map(BroadcastTopic::user), false, tags(given), tags(taken));
      return registerWith(attributes);
    }

    CompletableFuture<Token> registerWith(Attributes attributes) {
      return registrar
          .register(DEVICE, APP, Optional.empty(), Optional.empty(), attributes)
          .toCompletableFuture();
    }

    private static Set<BroadcastTopic> tags(Set<String> names) {
      return names.stream()
          .map(name -> BroadcastTopic.tag(name).orElseThrow())
          .collect(Collectors.toSet());
    }

    CompletableFuture<Token> register() {
      return register(APP, null);
    }

    CompletableFuture<Token> register(String device) {
      return registrar
          .register(new DeviceId(device), APP, Optional.empty(), Optional.empty(), Attributes.NONE)
          .toCompletableFuture();
    }

    double counted(String outcome) {
      return metrics.get("tidings.node.registrations").tag("outcome", outcome).counter().count();
    }

    CompletableFuture<Token> unregister() {
      return registrar.unregister(DEVICE, APP).toCompletableFuture();
    }

    /** As an operator asks for it. */
    CompletableFuture<Token> revoke() {
      return registrar.revoke(DEVICE, APP).toCompletableFuture();
    }

    CompletableFuture<Token> join(AppId app, String topic) {
      return registrar.join(DEVICE, app, new BroadcastTopic(topic)).toCompletableFuture();
    }

    /** As a provider requests it. */
    ProviderChange change(Token token, String topic, boolean joins) {
      return change(APP, token, topic, joins);
    }

    ProviderChange change(AppId app, Token token, String topic, boolean joins) {
      return registrar
          .change(new TopicMembership(DEVICE, app, new BroadcastTopic(topic)), token, joins)
          .toCompletableFuture()
          .join();
    }

    /** The names of the topics that the device has joined, as its next owner has them. */
    Set<String> joined() {
      topics.comeBack();
      return topics.table().all(DEVICE, 100).join().keySet();
    }

    /** Compares what has come until all of it is noted. */
    void noteForeign() {
      Awaitility.await()
          .until(() -> {
            later += Duration.ofHours(1).toNanos();
            return foreign.turn(later) && foreign.isNoted();
          });
    }

    Owner open() {
      node.comeBack();
      topics.comeBack();
      return this;
    }

    void advance(Duration time) {
      now = now.plus(time);
    }

    /** How many records were written beside the fence. */
    int written() {
      return node.written().size() - 1;
    }

    List<String> keys(LogTopic<?> topic) {
      return TokenRegistrarTopologyTest.keys(node.written(), topic);
    }

    @Override
    public void close() {
      node.close();
      topics.close();
    }
  }

  private static List<String> keys(
      List<ProducerRecord<byte[], byte[]>> written, LogTopic<?> topic) {
    return written.stream()
        .filter(record -> record.topic().equals(topic.name()))
        .map(record -> new String(record.key(), StandardCharsets.US_ASCII))
        .toList();
  }

  @Test
  void what_was_never_registered_is_unregistered_without_a_record() {
    try (Owner owner = new Owner().open()) {
      for (int i = 0; i < 100; i++) {
        owner.registrar.unregister(DEVICE, new AppId("a.n" + i)).toCompletableFuture().join();
      }

      assertThat(owner.written()).isZero();
      assertThat(owner.register().join()).isEqualTo(MINT.mint(DEVICE, APP, 0));
    }
  }

  @Test
  void what_is_not_registered_any_more_is_revoked_with_the_token_that_it_would_get_next() {
    try (Owner owner = new Owner().open()) {
      for (int i = 0; i < 3; i++) {
        owner.register().join();
        owner.unregister().join();
      }
      int written = owner.written();

      Token next = owner.revoke().join();

      assertThat(owner.unregister().join()).isEqualTo(next);
      assertThat(owner.written()).isEqualTo(written);
      assertThat(owner.register().join()).isEqualTo(next).isEqualTo(MINT.mint(DEVICE, APP, 3));
    }
  }

  @Test
  void an_erasure_ends_the_token_that_was_written_down_and_not_the_next_one() {
    try (Owner owner = new Owner().open()) {
      Token first = owner.register().join();
      ErasedToken ended = new ErasedToken(APP.value(), 0);
      assertThat(
              owner.registrar.erasable(
                  APP.value(), new Generation(0, true, 1L, false, 0, null, null)))
          .contains(ended);

      owner.registrar.erase(DEVICE, ended).toCompletableFuture().join();
      assertThat(keys(owner.node.written(), LogTopics.REVOCATIONS)).containsExactly(first.hex());
      assertThat(owner.revoked.isErased(first.hex())).isTrue();
      assertThat(owner.purged).containsExactly(DEVICE);

      Token second = owner.register().join();
      int written = owner.written();
      owner.registrar.erase(DEVICE, ended).toCompletableFuture().join();
      assertThat(owner.written()).isEqualTo(written);
      assertThat(second).isEqualTo(MINT.mint(DEVICE, APP, 1));
      assertThat(owner.revoked.isRevoked(second.hex())).isFalse();
    }
  }

  @Test
  void an_erasure_ends_what_a_crash_has_left_of_a_revocation() {
    try (Owner owner = new Owner().open()) {
      Generation revoking = new Generation(3, false, 1L, true, 0, null, null);
      owner.node.table().put(new DeviceKey(DEVICE, APP.value()), revoking).join();
      ErasedToken ended = owner.registrar.erasable(APP.value(), revoking).orElseThrow();

      owner.registrar.erase(DEVICE, ended).toCompletableFuture().join();

      assertThat(keys(owner.node.written(), LogTopics.REVOCATIONS))
          .containsExactly(MINT.mint(DEVICE, APP, 2).hex());
      Generation left =
          owner.node.table().get(new DeviceKey(DEVICE, APP.value())).join().orElseThrow();
      assertThat(left).isEqualTo(new Generation(3, false, 1_000_000L, false, 0, null, null));
      assertThat(owner.registrar.erasable(APP.value(), left)).isEmpty();
      assertThat(owner.registrar.erasable("no app!", revoking)).isEmpty();
    }
  }

  /** A node that stood still wakes up and writes what it had begun, behind its successor's. */
  @Test
  void what_a_replaced_node_writes_late_about_the_token_before_does_not_hide_the_one_there_is() {
    try (Owner owner = new Owner().open()) {
      owner.register().join();
      owner.unregister().join();
      List<ProducerRecord<byte[], byte[]>> begunBefore =
          owner.node.written().stream()
              .filter(record -> record.topic().equals(LogTopics.GENERATIONS.name()))
              .filter(record ->
                  record.key().length == new DeviceKey(DEVICE, APP.value()).bytes().length)
              .toList();
      Token second = owner.register().join();
      owner.node.comeBack();
      assertThat(begunBefore).hasSize(5);
      begunBefore.forEach(owner.node::arrives);

      owner.unregister().join();

      assertThat(owner.keys(LogTopics.REVOCATIONS)).contains(second.hex());
      assertThat(owner.register().join()).isEqualTo(MINT.mint(DEVICE, APP, 2));
    }
  }

  @Test
  void who_registers_again_gets_the_same_token_and_nothing_is_written_for_a_day() {
    try (Owner owner = new Owner().open()) {
      Token token = owner.register(APP, "de").join();
      int first = owner.written();

      assertThat(owner.register(APP, "de").join()).isEqualTo(token);
      owner.node.comeBack();
      assertThat(owner.register(APP, "de").join()).isEqualTo(token);
      assertThat(owner.written()).isEqualTo(first).isEqualTo(4);

      assertThat(owner.register(APP, "fr").join()).isEqualTo(token);
      assertThat(owner.written()).isEqualTo(first + 4);
      owner.advance(Duration.ofDays(1));
      assertThat(owner.register(APP, "fr").join()).isEqualTo(token);
      assertThat(owner.written()).isEqualTo(first + 7);
      owner.advance(Duration.ofDays(1));
      assertThat(owner.register(APP, "de").join()).isEqualTo(token);
      assertThat(owner.written()).isEqualTo(first + 10);
    }
  }

  /** What the log has under the address of the device and app at its end; null if nothing. */
  private @Nullable Registration addressed(List<ProducerRecord<byte[], byte[]>> written) {
    byte[] address = DeviceAddress.of(DEVICE, APP).key();
    byte @Nullable [] last = null;
    for (ProducerRecord<byte[], byte[]> record : written) {
      if (record.topic().equals(LogTopics.REGISTRATIONS.name())
          && Arrays.equals(record.key(), address)) {
        last = record.value();
      }
    }
    if (last == null) {
      return null;
    }
    try (RegistryClient client =
        new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url())))) {
      return new AvroDeserializer<>(client, Registration.class).read(last);
    }
  }

  @Test
  void
      the_address_of_the_device_says_which_token_it_has_what_locale_and_nothing_when_it_has_none() {
    AppId other = new AppId("com.example.other");
    try (Owner owner = new Owner().open()) {
      owner.register(APP, "de").join();
      assertThat(addressed(owner.node.written()))
          .isEqualTo(
              new Registration(
                  DEVICE.value(),
                  APP.value(),
                  "de",
                  null,
                  1_000_000L,
                  MINT.mint(DEVICE, APP, 0).hex()));

      owner.register(other, null).join();
      owner.registrar.unregister(DEVICE, other).toCompletableFuture().join();
      assertThat(addressed(owner.node.written())).isNotNull();
      owner.unregister().join();
      assertThat(addressed(owner.node.written())).isNull();

      owner.register(APP, "fr").join();
      assertThat(addressed(owner.node.written()))
          .extracting(Registration::getToken)
          .isEqualTo(MINT.mint(DEVICE, APP, 1).hex());
      owner.registrar.erase(DEVICE, new ErasedToken(APP.value(), 1)).toCompletableFuture().join();
      assertThat(addressed(owner.node.written())).isNull();
    }
  }

  @Test
  void who_registered_with_an_earlier_version_gets_an_address_at_the_next_registration() {
    try (Owner owner = new Owner().open()) {
      int details = Arrays.asList(null, null).hashCode();
      owner
          .node
          .table()
          .put(
              new DeviceKey(DEVICE, APP.value()),
              new Generation(2, true, 1_000_000L, false, details, null, null))
          .join();

      assertThat(owner.register().join()).isEqualTo(MINT.mint(DEVICE, APP, 2));
      assertThat(addressed(owner.node.written()))
          .extracting(Registration::getToken)
          .isEqualTo(MINT.mint(DEVICE, APP, 2).hex());
    }
  }

  @Test
  void requests_that_do_not_wait_for_each_other_are_taken_in_order() {
    try (Owner owner = new Owner().open()) {
      CompletableFuture<Token> first = owner.register();
      CompletableFuture<Token> gone = owner.unregister();
      CompletableFuture<Token> second = owner.register();
      CompletableFuture<Token> goneToo = owner.unregister();
      CompletableFuture<Token> third = owner.register();

      assertThat(List.of(first.join(), second.join(), third.join()))
          .containsExactly(
              MINT.mint(DEVICE, APP, 0), MINT.mint(DEVICE, APP, 1), MINT.mint(DEVICE, APP, 2));
      assertThat(List.of(gone.join(), goneToo.join())).containsExactly(first.join(), second.join());
      assertThat(owner.keys(LogTopics.REVOCATIONS))
          .containsExactly(first.join().hex(), second.join().hex());
      assertThat(owner.purged).containsExactly(DEVICE, DEVICE);
    }
  }

  @Test
  void the_many_hundredth_token_takes_no_more_than_the_first() {
    try (Owner owner = new Owner().open()) {
      for (int i = 0; i < 300; i++) {
        assertThat(owner.register().join()).isEqualTo(MINT.mint(DEVICE, APP, i));
        owner.unregister().join();
        if (i % 50 == 0) {
          owner.node.comeBack();
        }
      }
      owner.node.comeBack();

      assertThat(owner.written()).isEqualTo(300 * 10);
      assertThat(owner.node.table().all(DEVICE, 10).join()).hasSize(1);
    }
  }

  @Test
  void who_has_just_taken_over_decides_once_the_records_are_there() {
    try (Owner before = new Owner().open();
        Owner after = new Owner()) {
      Token revoked = before.register().join();
      before.unregister().join();
      CompletableFuture<Token> token = after.register();
      assertThat(token).isNotDone();

      hand(before.node.written(), after);
      after.open();

      assertThat(token.join()).isEqualTo(MINT.mint(DEVICE, APP, 1)).isNotEqualTo(revoked);
    }
  }

  @Test
  void a_crash_after_any_write_brings_no_revoked_token_back() {
    List<ProducerRecord<byte[], byte[]>> all;
    try (Owner owner = new Owner().open()) {
      owner.register().join();
      owner.unregister().join();
      owner.register().join();
      owner.unregister().join();
      all = owner.node.written();
    }
    for (int writes = 1; writes <= all.size(); writes++) {
      List<ProducerRecord<byte[], byte[]>> log = all.subList(0, writes);
      for (boolean unregisters : new boolean[] {false, true}) {
        try (Owner next = new Owner()) {
          hand(log, next);
          next.open();
          if (unregisters) {
            next.unregister().join();
          }

          Token token = next.register().join();

          assertThat(keys(log, LogTopics.REVOCATIONS)).doesNotContain(token.hex());
          assertThat(next.keys(LogTopics.REVOCATIONS)).doesNotContain(token.hex());
          List<String> registered = new ArrayList<>(keys(log, LogTopics.REGISTRATIONS));
          registered.addAll(next.keys(LogTopics.REGISTRATIONS));
          assertThat(registered).contains(token.hex());
          List<ProducerRecord<byte[], byte[]>> both = new ArrayList<>(log);
          both.addAll(next.node.written());
          assertThat(addressed(both)).extracting(Registration::getToken).isEqualTo(token.hex());
          // A revocation that was begun is in the log, whoever has written it.
          List<String> revoked = new ArrayList<>(keys(log, LogTopics.REVOCATIONS));
          revoked.addAll(next.keys(LogTopics.REVOCATIONS));
          int number = next.node.table().all(DEVICE, 1).join().get(APP.value()).getNumber();
          for (int i = 0; i < number; i++) {
            assertThat(revoked).contains(MINT.mint(DEVICE, APP, i).hex());
          }
        }
      }
    }
  }

  /** What a predecessor has left in the log. */
  private static void hand(List<ProducerRecord<byte[], byte[]>> log, Owner next) {
    for (ProducerRecord<byte[], byte[]> record : log) {
      if (record.topic().equals(LogTopics.GENERATIONS.name())) {
        next.node.arrives(record);
      }
    }
  }

  @Test
  void a_record_of_a_replaced_owner_does_not_bring_a_revoked_token_back() {
    try (Owner owner = new Owner().open();
        Owner replaced = new Owner().open()) {
      Token revoked = owner.register().join();
      owner.unregister().join();
      replaced.register().join();
      owner.node.comeBack();

      hand(replaced.node.written(), owner);
      owner.node.comeBack();

      assertThat(owner.register().join()).isNotEqualTo(revoked);
    }
  }

  /** While no owner is up, and so nobody looks whether it fits. */
  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -2, -1, Integer.MAX_VALUE, Integer.MAX_VALUE - 1})
  void a_number_that_makes_no_sense_brings_no_revoked_token_back(int number) {
    afterGarbage(
        owner -> owner.node.serialized(new Generation(number, true, 1L, true, 0, null, null)));
    afterGarbage(
        owner -> owner.node.serialized(new Generation(number, false, 1L, false, 0, null, null)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\0", "\0\0\0\0\1", "garbage", "{}"})
  void a_record_that_is_none_brings_no_revoked_token_back(String garbage) {
    afterGarbage(owner -> garbage.getBytes(StandardCharsets.UTF_8));
  }

  private void afterGarbage(Function<Owner, byte[]> garbage) {
    Set<Token> given = new HashSet<>();
    List<ProducerRecord<byte[], byte[]>> log;
    try (Owner owner = new Owner().open()) {
      for (int i = 0; i < 4; i++) {
        given.add(owner.register().join());
        owner.unregister().join();
      }
      log = owner.node.written();
    }
    try (Owner next = new Owner()) {
      hand(log, next);
      next.node.restore(new DeviceKey(DEVICE, APP.value()).bytes(), garbage.apply(next));
      next.open();
      for (int i = 0; i < 4 && mayRegister(next, given); i++) {
        next.unregister().join();
        next.node.comeBack();
      }
    }
  }

  /** What it gets, it did not have before; it may be told that there is nothing left. */
  private static boolean mayRegister(Owner owner, Set<Token> given) {
    CompletableFuture<Token> token = owner.register();
    if (fails(token)) {
      assertThatThrownBy(token::join).hasRootCauseInstanceOf(RefusedException.class);
      return false;
    }
    assertThat(given).doesNotContain(token.join());
    assertThat(owner.register().join()).isEqualTo(token.join());
    given.add(token.join());
    return true;
  }

  @Test
  void a_record_whose_schema_is_not_known_yet_is_waited_for() {
    try (Owner owner = new Owner()) {
      byte[] record = owner.node.serialized(new Generation(3, true, 1L, false, 0, null, null));
      ByteBuffer.wrap(record).putInt(1, 4711);
      owner.node.restore(new DeviceKey(DEVICE, APP.value()).bytes(), record);
      owner.open();

      assertThatThrownBy(owner.register()::join)
          .hasRootCauseInstanceOf(SerializationException.class);
    }
  }

  @Test
  void numbers_go_on_behind_any_that_was_given() {
    long now = Instant.parse("2026-11-28T21:00:00Z").toEpochMilli();
    assertThat(Numbers.anew(now)).isGreaterThan(1 << 30);
    assertThat(Numbers.anew(now + 1_000)).isEqualTo(Numbers.anew(now) + 1);
    assertThat(Numbers.anew(0)).isEqualTo(1 << 30);
    assertThat(Numbers.anew(Long.MAX_VALUE)).isEqualTo(Numbers.LAST);
  }

  @Test
  void a_token_that_somebody_else_has_revoked_is_replaced() {
    try (Owner owner = new Owner().open()) {
      Token token = owner.register().join();

      owner.revoked.add(token.hex());

      Token next = owner.register().join();
      assertThat(next).isEqualTo(MINT.mint(DEVICE, APP, 1));
      assertThat(owner.register().join()).isEqualTo(next);
    }
  }

  @Test
  void it_is_replaced_however_many_devices_have_given_theirs_back_since() {
    try (Owner owner = new Owner().open()) {
      Token token = owner.register().join();
      owner.revoked.addForeign(token.hex());
      for (int i = 0; i < 10_000; i++) {
        owner.revoked.add("given back " + i);
      }

      assertThat(owner.register().join()).isEqualTo(MINT.mint(DEVICE, APP, 1));
      assertThat(owner.revoked.size()).isLessThan(2_000);
    }
  }

  @Test
  void one_that_somebody_else_has_revoked_is_never_made_again_however_many_are_revoked_since() {
    try (Owner owner = new Owner().open()) {
      Token token = owner.register().join();
      Token other = owner.register(new AppId("com.example.other"), null).join();
      owner.revoked.addForeign(token.hex());
      owner.noteForeign();
      for (int i = 0; i < 65_536; i++) {
        owner.revoked.addForeign("another " + i);
      }
      assertThat(owner.revoked.isRevoked(token.hex())).isFalse();

      owner.node.comeBack();

      assertThat(owner.register().join()).isEqualTo(MINT.mint(DEVICE, APP, 1));
      assertThat(owner.register(new AppId("com.example.other"), null).join()).isEqualTo(other);
    }
  }

  @Test
  void a_device_whose_token_somebody_else_has_revoked_leaves_the_topics_of_that_app() {
    AppId other = new AppId("com.example.other");
    try (Owner owner = new Owner().open()) {
      Token token = owner.register().join();
      owner.register(other, null).join();
      owner.join(APP, "news").join();
      owner.join(other, "weather").join();
      owner.revoked.addForeign(token.hex());

      owner.noteForeign();

      assertThat(owner.joined()).hasSize(1).allMatch(name -> name.contains("weather"));
    }
  }

  /** Its app starts within the minute until revocations of others are noted. */
  @Test
  void a_device_that_registers_before_a_revocation_of_somebody_else_is_noted_leaves_what_it_had() {
    try (Owner owner = new Owner().open()) {
      Token token = owner.register().join();
      owner.join(APP, "news").join();
      owner.revoked.addForeign(token.hex());

      Token next = owner.register().join();
      owner.noteForeign();

      assertThat(next).isNotEqualTo(token);
      assertThat(owner.joined()).isEmpty();
      ProducerRecord<byte[], byte[]> last =
          owner.node.written().stream()
              .filter(record -> record.topic().equals(LogTopics.REGISTRATIONS.name()))
              .filter(record -> Arrays.equals(record.key(), token.key()))
              .reduce((before, after) -> after)
              .orElseThrow();
      assertThat(last.value()).as("the registration of a token that is no more").isNull();
    }
  }

  /** What has not been compared with the records of devices yet must not be displaced. */
  @Test
  void no_more_revocations_are_read_than_can_be_remembered_until_they_are_noted() {
    try (Owner owner = new Owner().open()) {
      Token token = owner.register().join();
      owner.noteForeign();
      owner.revoked.addForeign(token.hex());
      assertThat(owner.foreign.turn(0)).isTrue();
      for (int i = 0; i < owner.revoked.most() / 2; i++) {
        owner.revoked.addForeign("another " + i);
      }

      assertThat(owner.foreign.turn(0)).isFalse();
      Awaitility.await().until(() -> owner.foreign.turn(0));
      assertThat(owner.foreign.isNoted()).isTrue();
      assertThat(owner.node.table().all(DEVICE, 1).join().values().iterator().next().getNumber())
          .isEqualTo(1);
    }
  }

  @Test
  void the_next_owner_of_a_device_notes_what_was_revoked_before_it_took_over() {
    try (Owner owner = new Owner().open()) {
      owner.revoked.addForeign(MINT.mint(DEVICE, APP, 0).hex());
      owner.noteForeign();

      owner.node.leavesAndComesBack();
      owner.node.restore(
          new DeviceKey(DEVICE, APP.value()).bytes(),
          owner.node.serialized(new Generation(0, true, 1L, false, 0, null, null)));

      Awaitility.await()
          .until(() -> {
            owner.noteForeign();
            return owner.node.table().all(DEVICE, 1).join().values().iterator().next().getNumber()
                == 1;
          });
    }
  }

  @Test
  void a_revocation_by_a_device_is_told_from_one_by_another_application_by_its_reason() {
    for (String why : List.of(RevocationsTail.UNREGISTERED, "leaked", "")) {
      byte[] written = encoded(new Revocation(1L, why));
      assertThat(RevocationsTail.isByDevice(written))
          .isEqualTo(why.equals(RevocationsTail.UNREGISTERED));
    }
    assertThat(RevocationsTail.isByDevice(new byte[0])).isFalse();
  }

  @Test
  void whether_a_token_was_revoked_follows_from_the_record() {
    try (Owner owner = new Owner().open()) {
      Token first = owner.register().join();
      owner.unregister().join();
      Token second = owner.register().join();
      owner.node.comeBack();
      Generations later =
          new Generations(owner.node.table(), MINT, new TokenCheck(KEYS), new RevokedTokens(10));

      assertThat(later.isRevoked(DEVICE, APP.value(), first.hex())).isTrue();
      assertThat(later.isRevoked(DEVICE, APP.value(), second.hex())).isFalse();
      assertThat(later.isRevoked(DEVICE, "com.example.other", second.hex())).isFalse();
      assertThat(later.isRevoked(DEVICE, APP.value(), "ab".repeat(32))).isFalse();
      assertThat(later.isRevoked(DEVICE, "no app!", "no token")).isFalse();
      owner.unregister().join();
      assertThat(later.isRevoked(DEVICE, APP.value(), second.hex())).isTrue();
    }
  }

  /** The new owner has read that a token ended, and not yet that the device got another one. */
  @Test
  void no_token_is_taken_for_revoked_before_all_that_the_owner_before_has_written_is_read() {
    try (Owner before = new Owner().open();
        Owner after = new Owner()) {
      Token first = before.register().join();
      before.unregister().join();
      List<ProducerRecord<byte[], byte[]>> soFar = List.copyOf(before.node.written());
      Token second = before.register().join();
      List<ProducerRecord<byte[], byte[]>> all = before.node.written();
      Generations later =
          new Generations(after.node.table(), MINT, new TokenCheck(KEYS), after.revoked);

      hand(soFar, after);
      for (Token token : List.of(first, second)) {
        assertThatThrownBy(() -> later.isRevoked(DEVICE, APP.value(), token.hex()))
            .isInstanceOf(SerializationException.class);
      }
      hand(all.subList(soFar.size(), all.size()), after);
      assertThat(later.isRevoked(DEVICE, APP.value(), second.hex())).isFalse();
      after.open();

      assertThat(later.isRevoked(DEVICE, APP.value(), second.hex())).isFalse();
      assertThat(later.isRevoked(DEVICE, APP.value(), first.hex())).isTrue();
      assertThat(after.revoked.isRevoked(DEVICE, first.hex())).isTrue();
      assertThat(after.revoked.isRevoked(DEVICE, second.hex())).isFalse();
    }
  }

  /** Whoever writes to the log may know another device's token. */
  @Test
  void a_token_that_is_not_that_of_a_record_s_device_is_revoked_for_that_device_alone() {
    DeviceId other = new DeviceId("phone-2");
    try (Owner owner = new Owner().open()) {
      Token token = owner.register().join();
      Generation foreign = new Generation(7, true, 1L, false, 0, null, null);
      owner.node.table().put(new DeviceKey(other, APP.value()), foreign).join();
      owner.node.comeBack();
      Generations later =
          new Generations(owner.node.table(), MINT, new TokenCheck(KEYS), owner.revoked);

      assertThat(later.isRevoked(other, APP.value(), token.hex())).isTrue();

      assertThat(owner.revoked.isRevoked(other, token.hex())).isTrue();
      assertThat(owner.revoked.isRevoked(DEVICE, token.hex())).isFalse();
      assertThat(owner.revoked.isRevoked(token.hex())).isFalse();
      assertThat(later.isRevoked(DEVICE, APP.value(), token.hex())).isFalse();
      assertThat(owner.register().join()).isEqualTo(token);
    }
  }

  @Test
  void a_token_made_under_an_older_key_is_revoked_with_the_others() {
    TokenKeys both = TokenKeys.parse("2:" + "aa".repeat(16) + ",1:" + "0f".repeat(16));
    try (Owner owner = new Owner().open()) {
      Token old = owner.register().join();
      TokenMint mint = new TokenMint(both);
      TokenRegistrar rotated =
          new TokenRegistrar(
              mint,
              owner.node.table(),
              owner.revoked,
              owner.node.log(),
              () -> Instant.ofEpochMilli(2_000_000),
              () -> 0,
              limits(10, 10),
              device -> {},
              new JoinedTopics(owner.topics.table(), 3, 2, () -> Instant.EPOCH),
              new SimpleMeterRegistry());

      rotated.unregister(DEVICE, APP).toCompletableFuture().join();

      assertThat(owner.keys(LogTopics.REVOCATIONS))
          .containsExactly(mint.mint(DEVICE, APP, 0).hex(), old.hex());
    }
  }

  @Test
  void a_device_has_no_more_apps_than_it_may() {
    try (Owner owner = new Owner(limits(3, 1_000)).open()) {
      List<CompletableFuture<Token>> tokens = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        tokens.add(owner.register(new AppId("a.n" + i), null));
      }

      assertThat(tokens.stream().filter(token -> !fails(token)).count()).isEqualTo(3);
      assertThatThrownBy(tokens.getLast()::join)
          .hasCauseInstanceOf(RefusedException.class)
          .hasRootCauseMessage(
              "app: one more than 3 (expected: at most as many of one device, ever)");
      owner.node.comeBack();
      assertThat(owner.node.table().all(DEVICE, 100).join()).hasSize(3);
      assertThat(owner.counted("apps")).isEqualTo(17);
      // Those it has, it keeps.
      AppId had = new AppId(owner.node.table().all(DEVICE, 1).join().keySet().iterator().next());
      assertThat(owner.register(had, "fr").join()).isNotNull();
    }
  }

  private static boolean fails(CompletableFuture<Token> token) {
    try {
      token.join();
      return false;
    } catch (CompletionException e) {
      return true;
    }
  }

  @Test
  void a_device_that_asks_too_often_is_told_when_to_try_again() {
    try (Owner owner = new Owner(limits(10, 6)).open()) {
      for (int i = 0; i < 6; i++) {
        owner.register().join();
      }

      assertThatThrownBy(owner.register()::join)
          .hasRootCauseMessage("try again in 10 s: more than 6 requests a minute");
      owner.advance(Duration.ofSeconds(10));
      owner.register().join();
      assertThatThrownBy(owner.register()::join).hasCauseInstanceOf(RefusedException.class);
      assertThat(owner.counted("device-limit")).isEqualTo(2);
      assertThat(owner.counted("written")).isEqualTo(7);
    }
  }

  @Test
  void an_operator_revokes_the_token_of_a_device_that_has_asked_as_often_as_it_may() {
    try (Owner owner = new Owner(limits(10, 1)).open()) {
      Token token = owner.register().join();
      assertThatThrownBy(owner.unregister()::join).hasCauseInstanceOf(RefusedException.class);

      assertThat(owner.revoke().join()).isEqualTo(token);

      assertThat(owner.keys(LogTopics.REVOCATIONS)).containsExactly(token.hex());
      owner.advance(Duration.ofMinutes(1));
      assertThat(owner.register().join()).isEqualTo(MINT.mint(DEVICE, APP, 1));
    }
  }

  @Test
  void all_devices_together_register_no_more_than_the_node_takes() {
    RequestLimits two = new RequestLimits(3, 2);
    try (Owner owner = new Owner(new RegistrationLimits(10, two)).open()) {
      owner.register("phone-1").join();
      owner.register("phone-2").join();

      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(owner.register("phone-3")::join)
            .hasRootCauseMessage("try again in 1 s: more than 2 requests a second of all devices");
      }
      assertThat(owner.counted("node-limit")).isEqualTo(10);
      assertThat(owner.counted("device-limit")).isZero();
      owner.advance(Duration.ofSeconds(1));
      owner.register("phone-3").join();
      assertThat(owner.counted("written")).isEqualTo(3);
    }
  }

  @Test
  void a_topic_is_joined_with_the_token_of_its_app_and_left() {
    try (Owner owner = new Owner().open()) {
      Token token = owner.register().join();
      assertThat(owner.join(APP, "goals").join()).isEqualTo(token);
      owner.join(APP, "scores").join();

      assertThat(owner.joined())
          .containsExactlyInAnyOrder("com.example.news/goals", "com.example.news/scores");
      Subscription record = owner.topics.table().all(DEVICE, 1).join().values().iterator().next();
      assertThat(record.getToken()).isEqualTo(token.hex());
      assertThat(record.getJoinedAt()).isEqualTo(1_000_000);

      int written = owner.topics.written().size();
      owner.join(APP, "goals").join();
      assertThat(owner.topics.written()).hasSize(written);
      owner.registrar.leave(DEVICE, APP, new BroadcastTopic("goals")).toCompletableFuture().join();
      assertThat(owner.joined()).containsExactly("com.example.news/scores");
      owner.registrar.leave(DEVICE, APP, new BroadcastTopic("goals")).toCompletableFuture().join();
      assertThat(owner.topics.written()).hasSize(written + 1);
    }
  }

  @Test
  void a_topic_of_an_app_that_the_device_has_not_registered_is_refused() {
    try (Owner owner = new Owner().open()) {
      assertThatThrownBy(owner.join(APP, "goals")::join)
          .hasRootCauseMessage(
              "app: com.example.news (expected: one that the device has registered)");
      owner.register().join();
      owner.unregister().join();

      assertThatThrownBy(owner.join(APP, "goals")::join).hasCauseInstanceOf(RefusedException.class);
      assertThat(owner.joined()).isEmpty();
    }
  }

  @Test
  void who_unregisters_or_is_erased_leaves_the_topics_of_that_app_and_of_no_other() {
    AppId other = new AppId("com.example.newspaper");
    try (Owner owner = new Owner().open()) {
      owner.register().join();
      owner.register(other, null).join();
      owner.join(APP, "goals").join();
      owner.join(other, "goals").join();
      owner.unregister().join();
      assertThat(owner.joined()).containsExactly("com.example.newspaper/goals");

      owner.registrar.erase(DEVICE, new ErasedToken(other.value(), 0)).toCompletableFuture().join();
      assertThat(owner.joined()).isEmpty();
    }
  }

  @Test
  void the_record_of_the_devices_mqtt_session_is_no_topic_and_stays() {
    try (Owner owner = new Owner().open()) {
      owner.register().join();
      Subscription session = new Subscription(List.of("tidings/#"), 60_000L, null, null, null);
      owner.topics.table().put(new DeviceKey(DEVICE, ""), session).join();
      for (int i = 0; i < 3; i++) {
        owner.join(APP, "n" + i).join();
      }
      owner.unregister().join();

      assertThat(owner.joined()).containsExactly("");
    }
  }

  @Test
  void a_device_joins_no_more_topics_than_it_may_however_many_it_asks_for_at_once() {
    AppId other = new AppId("b.c");
    try (Owner owner = new Owner().open()) {
      owner.register().join();
      owner.register(other, null).join();
      List<CompletableFuture<Token>> joined = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        joined.add(owner.join(i % 2 == 0 ? APP : other, "n" + i));
      }

      assertThat(joined.stream().filter(token -> !fails(token)).count()).isEqualTo(3);
      assertThat(owner.joined()).hasSize(3);
      assertThatThrownBy(owner.join(APP, "more")::join)
          .hasRootCauseMessage("topic: one more than 3 (expected: at most as many of one device)");
      // What it has joined it may ask for again.
      assertThat(owner.join(APP, owner.joined().iterator().next().split("/", 2)[1])).isNotNull();
    }
  }

  @Test
  void channels_count_as_topics_and_not_as_users_and_tags_and_stay_over_a_registration() {
    try (Owner owner = new Owner().open()) {
      Token token = owner.register().join();
      for (String id : List.of("a", "b", "c")) {
        owner.join(APP, "channel:" + id).join();
      }

      assertThatThrownBy(owner.join(APP, "channel:d")::join)
          .hasRootCauseMessage("topic: one more than 3 (expected: at most as many of one device)");
      assertThat(owner.change(token, "tag:x", true)).isEqualTo(ProviderChange.DONE);
      owner.registerAs("anna", Set.of(), Set.of()).join();
      assertThat(owner.joined())
          .contains(APP + "/channel:a", APP + "/channel:b", APP + "/channel:c");
    }
  }

  @Test
  void a_provider_has_a_device_join_and_leave_a_topic_as_the_device_itself_does() {
    try (Owner owner = new Owner(limits(10, 1)).open()) {
      Token token = owner.register().join();
      // The device may not ask for more in this minute; its provider may.
      assertThat(owner.change(token, "goals", true)).isEqualTo(ProviderChange.DONE);
      assertThat(owner.joined()).containsExactly("com.example.news/goals");
      Subscription record = owner.topics.table().all(DEVICE, 1).join().values().iterator().next();
      assertThat(record.getToken()).isEqualTo(token.hex());

      int written = owner.topics.written().size();
      assertThat(owner.change(token, "goals", true)).isEqualTo(ProviderChange.DONE);
      assertThat(owner.topics.written()).hasSize(written);
      assertThat(owner.change(token, "goals", false)).isEqualTo(ProviderChange.DONE);
      assertThat(owner.joined()).isEmpty();
      assertThat(owner.change(token, "goals", false)).isEqualTo(ProviderChange.DONE);
      assertThat(owner.topics.written()).hasSize(written + 1);
    }
  }

  @Test
  void a_token_that_is_not_the_devices_current_one_joins_and_leaves_nothing() {
    try (Owner owner = new Owner().open()) {
      Token before = owner.register().join();
      owner.unregister().join();
      assertThat(owner.change(before, "goals", true)).isEqualTo(ProviderChange.NOT_CURRENT);

      Token now = owner.register().join();
      owner.change(now, "goals", true);
      assertThat(owner.change(before, "scores", true)).isEqualTo(ProviderChange.NOT_CURRENT);
      assertThat(owner.change(before, "goals", false)).isEqualTo(ProviderChange.NOT_CURRENT);
      Token others = MINT.mint(new DeviceId("phone-2"), APP, 1);
      assertThat(owner.change(others, "scores", true)).isEqualTo(ProviderChange.NOT_CURRENT);
      assertThat(owner.joined()).containsExactly("com.example.news/goals");

      owner.revoked.add(now.hex());
      assertThat(owner.change(now, "scores", true)).isEqualTo(ProviderChange.NOT_CURRENT);
    }
  }

  @Test
  void a_provider_has_a_device_join_no_more_topics_than_it_may() {
    try (Owner owner = new Owner().open()) {
      Token token = owner.register().join();
      owner.join(APP, "own").join();
      owner.change(token, "a", true);
      owner.change(token, "b", true);

      assertThat(owner.change(token, "c", true)).isEqualTo(ProviderChange.TOO_MANY);
      assertThat(owner.change(token, "a", true)).isEqualTo(ProviderChange.DONE);
      assertThat(owner.joined()).hasSize(3);
    }
  }

  @Test
  void a_provider_gives_a_device_users_and_tags_which_count_apart_from_its_topics() {
    try (Owner owner = new Owner().open()) {
      Token token = owner.register().join();
      for (String own : List.of("a", "b", "c")) {
        owner.join(APP, own).join();
      }
      AppId other = new AppId("com.example.newspaper");
      Token others = owner.register(other, null).join();
      for (String tag : List.of("tag:x", "tag:y")) {
        assertThat(owner.change(other, others, tag, true)).isEqualTo(ProviderChange.DONE);
      }
      assertThat(owner.change(token, "user:42", true)).isEqualTo(ProviderChange.DONE);
      assertThat(owner.change(token, "tag:vip", true)).isEqualTo(ProviderChange.DONE);

      assertThat(owner.change(token, "tag:new", true)).isEqualTo(ProviderChange.TOO_MANY);
      assertThat(owner.joined())
          .hasSize(7)
          .contains("com.example.news/user:42", "com.example.news/tag:vip");
      assertThat(owner.change(token, "tag:vip", false)).isEqualTo(ProviderChange.DONE);
      assertThat(owner.change(token, "tag:new", true)).isEqualTo(ProviderChange.DONE);
      assertThat(owner.change(token, "d", true)).isEqualTo(ProviderChange.TOO_MANY);
      owner.unregister().join();
      assertThat(owner.joined())
          .containsExactlyInAnyOrder("com.example.newspaper/tag:x", "com.example.newspaper/tag:y");
    }
  }

  @Test
  void a_registration_as_somebody_else_takes_the_user_before_and_no_other_apps() {
    AppId other = new AppId("com.example.newspaper");
    try (Owner owner = new Owner().open()) {
      Token token = owner.registerAs("anna@a.b", Set.of(), Set.of()).join();
      assertThat(owner.joined()).containsExactly("com.example.news/user:anna%40a.b");
      owner.change(token, "tag:vip", true);
      owner.change(other, owner.register(other, null).join(), "user:anna", true);

      assertThat(owner.registerAs("ben", Set.of(), Set.of()).join()).isEqualTo(token);
      assertThat(owner.joined())
          .containsExactlyInAnyOrder(
              "com.example.news/user:ben",
              "com.example.news/tag:vip",
              "com.example.newspaper/user:anna");
      // Nobody is named, and nothing is changed.
      owner.register().join();
      assertThat(owner.joined()).contains("com.example.news/user:ben").hasSize(3);
    }
  }

  @Test
  void a_registration_as_nobody_takes_the_user_before() {
    Attributes nobody = new Attributes(Optional.empty(), true, Set.of(), Set.of());
    try (Owner owner = new Owner().open()) {
      Token token = owner.registerAs("anna", Set.of("a"), Set.of()).join();

      assertThat(owner.registerWith(nobody).join()).isEqualTo(token);
      assertThat(owner.joined()).containsExactly("com.example.news/tag:a");
      int written = owner.written();
      owner.registerWith(nobody).join();
      assertThat(owner.written()).isEqualTo(written);
    }
  }

  @Test
  void a_registration_gives_and_takes_the_tags_that_it_names_once() {
    try (Owner owner = new Owner().open()) {
      owner.registerAs(null, Set.of("a", "b"), Set.of("c")).join();
      assertThat(owner.joined())
          .containsExactlyInAnyOrder("com.example.news/tag:a", "com.example.news/tag:b");
      int written = owner.topics.written().size();
      owner.registerAs(null, Set.of("a", "b"), Set.of("c")).join();
      assertThat(owner.topics.written()).hasSize(written);

      owner.registerAs(null, Set.of("c"), Set.of("a", "b")).join();
      assertThat(owner.joined()).containsExactly("com.example.news/tag:c");
      owner.unregister().join();
      owner.registerAs(null, Set.of("c"), Set.of()).join();
      assertThat(owner.topics.table().all(DEVICE, 10).join().values())
          .extracting(Subscription::getToken)
          .containsExactly(MINT.mint(DEVICE, APP, 1).hex());
    }
  }

  /** What was written about the device's token and about its user and tags, each in its order. */
  private record Logs(
      List<ProducerRecord<byte[], byte[]>> tokens, List<ProducerRecord<byte[], byte[]>> topics) {
    static Logs of(Owner owner) {
      return new Logs(
          owner.node.written().stream().filter(record -> !isFence(record.key())).toList(),
          owner.topics.written().stream()
              .filter(record -> record.topic().equals(LogTopics.SUBSCRIPTIONS.name()))
              .filter(record -> !isFence(record.key()))
              .toList());
    }

    /** That of a replaced owner is long before its successor's. */
    private static boolean isFence(byte[] key) {
      return key[0] == 0 && key[1] == 0;
    }

    void hand(Owner next) {
      TokenRegistrarTopologyTest.hand(tokens, next);
      topics.forEach(next.topics::arrives);
    }
  }

  /** Without the last record of the device's generation, which implies the others. */
  private Logs cutShort(Owner owner, int topics) {
    Logs logs = Logs.of(owner);
    int last = logs.tokens().size() - 1;
    while (!logs.tokens().get(last).topic().equals(LogTopics.GENERATIONS.name())) {
      last--;
    }
    return new Logs(logs.tokens().subList(0, last), logs.topics().subList(0, topics));
  }

  @Test
  void who_registers_as_before_a_change_that_was_cut_short_is_again_what_it_was() {
    try (Owner owner = new Owner().open()) {
      owner.registerAs("anna", Set.of("a"), Set.of()).join();
      int before = Logs.of(owner).topics().size();
      owner.registerAs("ben", Set.of("b"), Set.of("a")).join();
      int after = Logs.of(owner).topics().size();
      assertThat(after).isEqualTo(before + 4);

      for (int topics = before; topics <= after; topics++) {
        try (Owner next = new Owner()) {
          cutShort(owner, topics).hand(next);
          next.open();
          next.registerAs("anna", Set.of("a"), Set.of("b")).join();
          next.registerAs("anna", Set.of("a"), Set.of()).join();

          assertThat(next.joined())
              .containsExactlyInAnyOrder("com.example.news/user:anna", "com.example.news/tag:a");
        }
      }
    }
  }

  @Test
  void who_registers_again_after_an_end_that_was_cut_short_has_its_user_and_tags() {
    try (Owner owner = new Owner().open()) {
      owner.registerAs("anna", Set.of("a"), Set.of()).join();
      int tokens = Logs.of(owner).tokens().size();
      owner.unregister().join();
      Logs all = Logs.of(owner);
      // Up to where the token ends.
      int end = tokens;
      while (!(generation(owner, all.tokens().get(end)) instanceof Generation ended)
          || ended.getRegistered()) {
        end++;
      }
      Logs left = new Logs(all.tokens().subList(0, end), all.topics());
      try (Owner next = new Owner()) {
        left.hand(next);
        next.open();
        assertThat(next.joined()).isEmpty();

        next.registerAs("anna", Set.of("a"), Set.of()).join();

        assertThat(next.joined())
            .containsExactlyInAnyOrder("com.example.news/user:anna", "com.example.news/tag:a");
      }
    }
  }

  private static @Nullable Generation generation(
      Owner owner, ProducerRecord<byte[], byte[]> record) {
    return record.topic().equals(LogTopics.GENERATIONS.name()) && record.value() != null
        ? owner.node.read(record.value())
        : null;
  }

  @Test
  void a_locale_that_was_cut_short_does_not_stay_when_the_one_before_is_registered_again() {
    try (Owner owner = new Owner().open();
        Owner next = new Owner()) {
      owner.register(APP, "de").join();
      owner.register(APP, "fr").join();
      cutShort(owner, 0).hand(next);
      next.open();

      next.register(APP, "de").join();

      assertThat(addressed(next.node.written()))
          .isNotNull()
          .extracting(Registration::getLocale)
          .isEqualTo("de");
    }
  }

  /** Strings of equal hashes in Java. */
  @Test
  void another_user_or_tag_is_never_taken_for_the_one_before() {
    try (Owner owner = new Owner().open()) {
      owner.registerAs("Aa", Set.of("Aa"), Set.of()).join();
      owner.registerAs("BB", Set.of("Aa"), Set.of()).join();
      owner.registerAs("BB", Set.of("BB"), Set.of()).join();

      assertThat(owner.joined())
          .containsExactlyInAnyOrder(
              "com.example.news/user:BB", "com.example.news/tag:Aa", "com.example.news/tag:BB");
    }
  }

  /** A node that was cut off has written what it had begun, behind its successor's. */
  @Test
  void a_user_that_a_replaced_owner_gives_late_is_not_given_beside_another() {
    try (Owner replaced = new Owner().open();
        Owner owner = new Owner().open()) {
      replaced.registerAs("anna", Set.of(), Set.of()).join();
      owner.registerAs("ben", Set.of(), Set.of()).join();
      owner.joined();
      owner.node.comeBack();

      Logs.of(replaced).hand(owner);

      assertThat(owner.joined()).containsExactly("com.example.news/user:ben");
      // The late record of its token says that it is registered, and not what of it counts.
      owner.registerAs("anna", Set.of(), Set.of()).join();
      assertThat(owner.joined()).containsExactly("com.example.news/user:anna");
    }
  }

  /** As the documentation has it. */
  @Test
  void who_registers_as_before_within_a_day_does_not_bring_back_what_a_provider_has_taken() {
    try (Owner owner = new Owner().open()) {
      Token token = owner.registerAs("anna", Set.of("a"), Set.of()).join();
      owner.change(token, "user:anna", false);
      owner.change(token, "tag:a", false);

      owner.registerAs("anna", Set.of("a"), Set.of()).join();

      assertThat(owner.joined()).isEmpty();
    }
  }

  @Test
  void
      who_has_registered_at_a_replaced_owner_too_late_is_given_its_user_at_the_next_registration() {
    try (Owner replaced = new Owner().open();
        Owner owner = new Owner().open()) {
      Token token = replaced.registerAs("anna", Set.of(), Set.of()).join();
      Logs.of(replaced).hand(owner);

      assertThat(owner.registerAs("anna", Set.of(), Set.of()).join()).isEqualTo(token);

      assertThat(owner.joined()).containsExactly("com.example.news/user:anna");
      int written = owner.written();
      owner.registerAs("anna", Set.of(), Set.of()).join();
      assertThat(owner.written()).isEqualTo(written);
    }
  }

  @Test
  void an_erasure_takes_what_was_joined_with_a_token_that_has_ended_before() {
    try (Owner owner = new Owner().open()) {
      Token first = owner.register().join();
      owner.unregister().join();
      Token second = owner.register().join();
      owner.join(APP, "now").join();
      owner
          .topics
          .table()
          .put(
              new TopicMembership(DEVICE, APP, new BroadcastTopic("left")).key(),
              new Subscription(List.of(), 0L, null, first.hex(), 1L))
          .join();

      owner.registrar.erase(DEVICE, new ErasedToken(APP.value(), 0)).toCompletableFuture().join();

      assertThat(owner.joined()).containsExactly("com.example.news/now");
      assertThat(owner.register().join()).isEqualTo(second);
    }
  }

  /** What is left of a token: its registration, and the device's address. */
  private static Set<String> registered(List<ProducerRecord<byte[], byte[]>> log) {
    Set<String> left = new HashSet<>();
    for (ProducerRecord<byte[], byte[]> record : log) {
      if (record.topic().equals(LogTopics.REGISTRATIONS.name())) {
        String key = new String(record.key(), StandardCharsets.US_ASCII);
        var _ = record.value() == null ? left.remove(key) : left.add(key);
      }
    }
    return left;
  }

  private static Set<String> left(Logs cut, Owner next) {
    List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>(cut.tokens());
    all.addAll(next.node.written());
    return registered(all);
  }

  private void assertEndsWhatIsCutShort(Owner owner, Logs before, Consumer<Owner> ends) {
    Logs after = Logs.of(owner);
    for (int tokens = before.tokens().size(); tokens <= after.tokens().size(); tokens++) {
      // The topics are written behind all but the last one.
      boolean some = tokens == after.tokens().size() - 1;
      int from = tokens < after.tokens().size() ? before.topics().size() : after.topics().size();
      int to = some ? after.topics().size() : from;
      for (int topics = from; topics <= to; topics++) {
        Logs cut = new Logs(after.tokens().subList(0, tokens), after.topics().subList(0, topics));
        try (Owner next = new Owner()) {
          cut.hand(next);
          next.open();
          ends.accept(next);

          assertThat(next.joined()).as("%d and %d records", tokens, topics).isEmpty();
          assertThat(left(cut, next)).as("%d and %d records", tokens, topics).isEmpty();
        }
      }
    }
  }

  private static void erase(Owner owner) {
    Generation found =
        owner.node.table().get(new DeviceKey(DEVICE, APP.value())).join().orElse(null);
    if (found != null) {
      owner
          .registrar
          .erasable(APP.value(), found)
          .ifPresent(token -> owner.registrar.erase(DEVICE, token).toCompletableFuture().join());
    }
  }

  @Test
  void a_first_registration_that_was_cut_short_is_given_back_and_erased_as_others_are() {
    try (Owner owner = new Owner().open()) {
      Logs none = Logs.of(owner);
      owner.registerAs("anna", Set.of("a"), Set.of()).join();

      assertEndsWhatIsCutShort(owner, none, next -> next.unregister().join());
      assertEndsWhatIsCutShort(owner, none, TokenRegistrarTopologyTest::erase);
    }
  }

  @Test
  void a_registration_behind_an_end_is_given_back_and_erased_though_it_was_cut_short() {
    try (Owner owner = new Owner().open()) {
      owner.registerAs("ben", Set.of(), Set.of()).join();
      owner.unregister().join();
      Logs ended = Logs.of(owner);
      owner.registerAs("anna", Set.of("a"), Set.of()).join();

      assertEndsWhatIsCutShort(owner, ended, next -> next.unregister().join());
      assertEndsWhatIsCutShort(owner, ended, TokenRegistrarTopologyTest::erase);
    }
  }

  /** An earlier version has left them so. */
  @Test
  void an_erasure_of_the_device_takes_what_it_has_joined_of_apps_that_it_is_not_registered_for() {
    AppId other = new AppId("com.example.mail");
    try (Owner owner = new Owner().open()) {
      Token token = owner.register().join();
      owner.join(APP, "now").join();
      owner
          .topics
          .table()
          .put(
              new TopicMembership(DEVICE, other, new BroadcastTopic("left")).key(),
              new Subscription(List.of(), 0L, null, token.hex(), 1L))
          .join();

      owner.registrar.leaveEnded(DEVICE).toCompletableFuture().join();

      assertThat(owner.joined()).containsExactly("com.example.news/now");
    }
  }

  private static byte[] encoded(Revocation revocation) {
    try {
      return Revocation.getEncoder().encode(revocation).array();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
