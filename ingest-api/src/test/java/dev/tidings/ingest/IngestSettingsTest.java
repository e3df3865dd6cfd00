package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.net.tls.TlsFiles;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IngestSettingsTest {
  @Test
  void every_setting_has_the_default_that_is_documented() {
    Map<String, String> defaults =
        IngestSettings.ALL.all().stream()
            .collect(Collectors.toMap(Setting::name, Setting::defaultText));

    assertThat(defaults)
        .containsEntry("http.port", "8080")
        .containsEntry("https.port", "8443")
        .containsEntry("management.port", "9101")
        .containsEntry("management.host", "localhost")
        .containsEntry("bind.address", "0.0.0.0")
        .containsEntry("listen.open", "")
        .containsEntry("advertised.address", "")
        .containsEntry("instance.id", "")
        .containsEntry("state.dir", ".tidings/ingest-api")
        .containsEntry("start.timeout", "1m")
        .containsEntry("token.keys", "")
        .containsEntry("tls.certificate", "")
        .containsEntry("tls.key", "")
        .containsEntry("tls.client.ca", "")
        .containsEntry("tls.client.auth", "none")
        .containsEntry("auth.providers", "open")
        .containsEntry("auth.providers.certificates", "false")
        .containsEntry("auth.providers.certificates.crl", "")
        .containsEntry("auth.admin", "off")
        .containsEntry("auth.admin.credential", "")
        .containsEntry("admin.port", "8090")
        .containsEntry("admin.address", "localhost")
        .containsEntry("admin.names", "")
        .containsEntry("auth.providers.one.stream", "false")
        .containsEntry("limit.team", "0")
        .containsEntry("limit.key", "0")
        .containsEntry("limit.app", "0")
        .containsEntry("limit.token", "0")
        .containsEntry("limit.address", "0")
        .containsEntry("limit.erasures", "10")
        .containsEntry("limit.replays", "4")
        .containsEntry("limit.replays.of.all", "16")
        .containsEntry("limit.replays.per.minute", "30")
        .containsEntry("limit.replay.rate", "1000")
        .containsEntry("limit.broadcasts", "100")
        .containsEntry("limit.broadcasts.per.minute", "60")
        .containsEntry("limit.channels", "10000")
        .containsEntry("limit.channels.of.all", "200000")
        .containsEntry("limit.channels.per.minute", "1000")
        .containsEntry("limit.burst.seconds", "1")
        .containsEntry("max.connections", "10000")
        .containsEntry("max.connections.per.address", "5000")
        .containsEntry("max.handshakes.per.address", "100")
        .containsEntry("max.requests", "40000")
        .containsEntry("max.requests.per.address", "20000")
        .containsEntry("max.in.flight", "20000")
        .containsEntry("request.buffer", "16m")
        .containsEntry("producer.buffer", "32m")
        .containsEntry("delivery.timeout", "15s")
        .containsEntry("request.timeout", "10s")
        .containsEntry("http.idle.timeout", "1h")
        .containsEntry("drain.delay", "0s")
        .containsEntry("drain.timeout", "10s")
        .containsEntry("trace.threads", "4")
        .containsEntry("trace.searches", "2")
        .containsEntry("trace.requests.per.address", "32")
        .containsEntry("trace.search.records", "200000")
        .containsEntry("trace.search.timeout", "3s")
        .containsEntry("trace.forward.timeout", "5s")
        .containsEntry("trace.retention", "7d")
        .containsEntry("audit.rate", "5000")
        .containsEntry("audit.after", "10s")
        .containsEntry("receipts.streams", "1000")
        .containsEntry("receipts.streams.per.team", "100")
        .containsEntry("receipts.streams.per.address", "100")
        .containsEntry("receipts.readers", "2")
        .containsEntry("receipts.buffer", "16m")
        .containsEntry("webhooks", "false")
        .containsEntry("webhooks.hosts", "")
        .containsEntry("webhooks.timeout", "15s")
        .containsEntry("webhooks.patience", "1d")
        .containsEntry("trace.history", "true")
        .containsEntry("table.memory", "64m")
        .containsEntry("kafka.bootstrap.servers", "localhost:9092")
        .containsEntry("schema.registry.url", "http://localhost:8081/apis/ccompat/v7")
        .containsEntry("basic.auth.credentials.source", "URL")
        .containsEntry("basic.auth.user.info", "")
        .containsEntry("bearer.auth.token", "")
        .containsEntry("schema.registry.ssl.truststore.location", "")
        .containsEntry("schema.registry.ssl.truststore.password", "")
        .containsEntry("auto.register.schemas", "true")
        .containsEntry("revocations.filter", "16m")
        .containsEntry("installation.id", "")
        .containsEntry("topic.prefix", "")
        .containsEntry("log.skip.corrupt", "false")
        .containsEntry("peers.port", "8444")
        .containsEntry("peers.tls.certificate", "")
        .containsEntry("peers.tls.key", "")
        .containsEntry("peers.tls.ca", "")
        .containsEntry("peers.tls.names", "")
        .containsEntry("peers.tls.mode", "require")
        .containsEntry("nodes.tls.certificate", "")
        .containsEntry("nodes.tls.key", "")
        .containsEntry("nodes.tls.ca", "")
        .containsEntry("nodes.tls.names", "")
        .containsEntry("proxy.trusted", "")
        .containsEntry("admin.proxy.trusted", "")
        .containsEntry("forwarded.trusted", "")
        .containsEntry("admin.forwarded.trusted", "")
        .hasSize(99);
  }

  @ParameterizedTest
  @CsvSource({
    "open, want, true, '', auth.providers.certificates",
    "keys, none, true, '', auth.providers.certificates",
    "keys, want, false, /revoked.crl, auth.providers.certificates.crl",
  })
  void certificates_count_only_where_they_are_asked_for_and_keys_are_known(
      String providers, String asked, String count, String crl, String setting) {
    Config config =
        Config.of(
            IngestSettings.ALL,
            Map.of(
                "auth.providers", providers,
                "tls.client.auth", asked,
                "auth.providers.certificates", count,
                "auth.providers.certificates.crl", crl));

    assertThatThrownBy(() -> ProviderCertificates.require(config))
        .hasMessageStartingWith(setting + ": ")
        .hasMessageContaining("expected: ");
  }

  @Test
  void an_authority_of_providers_that_is_one_of_nodes_too_needs_the_nodes_names(
      @TempDir Path directory) throws Exception {
    PeerAuthority authority = new PeerAuthority(directory);
    Map<String, String> settings = new HashMap<>(authority.settings("a"));
    settings.put("tls.certificate", settings.get("peers.tls.certificate"));
    settings.put("tls.key", settings.get("peers.tls.key"));
    settings.put("tls.client.ca", authority.file().toString());
    settings.put("tls.client.auth", "want");

    assertThatThrownBy(() -> peers(settings)).hasMessageStartingWith("peers.tls.names: ");
    settings.put("peers.tls.names", "*.nodes.example");
    assertThat(peers(settings)).isPresent();
  }

  private static Optional<TlsFiles> peers(Map<String, String> settings) {
    Config config = Config.of(IngestSettings.ALL, settings);
    return PeerSettings.files(config, TlsFiles.of("https", config, IngestSettings.TLS));
  }

  @ParameterizedTest
  @CsvSource({
    "delivery.timeout, 30d",
    "request.timeout, 200000d",
    "request.timeout, 0s",
    "http.idle.timeout, 0s",
    "webhooks.timeout, 0s",
    "producer.buffer, 1k",
    "request.buffer, 0",
    "table.memory, 0"
  })
  void a_time_or_a_size_that_nothing_can_keep_to_is_refused_by_name(String name, String value) {
    assertThatThrownBy(() -> Config.of(IngestSettings.ALL, Map.of(name, value)))
        .isInstanceOf(ConfigException.class)
        .hasMessageMatching(
            name + ": " + value + " \\(expected: (a duration|bytes), [0-9]+[a-z]+ to .*\\)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxy.trusted",
        "admin.proxy.trusted",
        "forwarded.trusted",
        "admin.forwarded.trusted"
      })
  void everybody_is_no_balancer(String setting) {
    Config config = Config.of(IngestSettings.ALL, Map.of(setting, "0.0.0.0/0"));

    assertThatThrownBy(() -> Balancers.check(config))
        .hasMessageStartingWith(setting + ": 0.0.0.0/0 (expected: an address, or a network");
  }

  @Test
  void kafkas_own_settings_go_through_to_its_clients() {
    Config config =
        Config.of(
            IngestSettings.ALL,
            Map.of("kafka.bootstrap.servers", "k:1", "kafka.security.protocol", "SSL"));

    assertThat(config.passThrough("kafka."))
        .isEqualTo(Map.of("bootstrap.servers", "k:1", "security.protocol", "SSL"));
  }

  @ParameterizedTest
  @CsvSource({
    "acks, 1",
    "producer.acks, 0",
    "enable.idempotence, false",
    "delivery.timeout.ms, 1000",
    "max.block.ms, 60000",
    "metadata.max.idle.ms, 1000",
    "buffer.memory, 1000",
    "isolation.level, read_uncommitted",
    "auto.offset.reset, latest",
    "num.stream.threads, 2",
    "application.server, a:1",
    "state.dir, /tmp",
    "client.id, a"
  })
  void what_a_guarantee_rests_on_is_refused_by_name(String name, String value) {
    Map<String, String> values = Map.of("kafka." + name, value);

    assertThatThrownBy(() -> Config.of(IngestSettings.ALL, values))
        .hasMessageStartingWith("kafka." + name + ": " + value + " (expected: ");
  }

  @Test
  void a_node_is_reached_where_it_says_or_where_it_listens() {
    Config told = Config.of(IngestSettings.ALL, Map.of("advertised.address", "ingest-1:80"));
    Config host = Config.of(IngestSettings.ALL, Map.of("advertised.address", "ingest-1"));
    Config bound = Config.of(IngestSettings.ALL, Map.of("bind.address", "127.0.0.1"));

    assertThat(IngestEndpoint.of(told).advertised(told, 8080)).isEqualTo("ingest-1:80");
    assertThat(IngestEndpoint.of(host).advertised(host, 8080)).isEqualTo("ingest-1:8080");
    assertThat(IngestEndpoint.of(bound).advertised(bound, 8080)).isEqualTo("127.0.0.1:8080");
  }

  @Test
  void the_admin_port_leaves_loopback_with_tls_alone_and_a_credential_is_not_repeated() {
    Map<String, String> open = Map.of("auth.admin", "credentials", "admin.address", "0.0.0.0");
    assertThatThrownBy(() -> AdminSettings.check(Config.of(IngestSettings.ALL, open), false))
        .hasMessage(
            "admin.address: 0.0.0.0 (expected: a loopback address, or tls.certificate and"
                + " tls.key)");
    AdminSettings.check(Config.of(IngestSettings.ALL, open), true);
    AdminSettings.check(Config.of(IngestSettings.ALL, Map.of("admin.address", "0.0.0.0")), false);

    Map<String, String> secret =
        Map.of("auth.admin", "credentials", "auth.admin.credential", "tad_ADM4567890_s3cret");
    assertThatThrownBy(() -> AdminSettings.check(Config.of(IngestSettings.ALL, secret), false))
        .hasMessageContaining("auth.admin.credential: (hidden) (expected: ID:HASH")
        .hasMessageNotContaining("s3cret");
  }
}
