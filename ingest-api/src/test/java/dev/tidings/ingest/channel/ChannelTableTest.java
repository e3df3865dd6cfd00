package dev.tidings.ingest.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.channel.Channels.Found;
import dev.tidings.schemas.avro.Channel;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.ChannelKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.ChannelId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What is read of the topic {@code channels}.
 *
 * <p>Shows G154 of docs/guarantees.md.
 */
class ChannelTableTest {
  private static final String TOPIC = "tidings.channels";
  private static final AppId APP = new AppId("com.example.news");

  private final ChannelTable table = new ChannelTable(2);

  private static ChannelKey key(String id) {
    return new ChannelKey(APP, new ChannelId(id));
  }

  private void read(ChannelTable.Change... changes) {
    table.apply(List.of(changes), Map.of(0, 7L), new Uuid(1, 2), 5);
  }

  private static ChannelTable.Change change(String id, boolean stores) {
    return new ChannelTable.Change(key(id), new Found(stores));
  }

  @Test
  void it_has_what_was_created_in_its_order_and_not_what_was_deleted() {
    read(change("b", true), change("a", false));
    assertThat(table.ids(APP.value())).containsExactly("b", "a");
    assertThat(table.find(key("b"))).contains(new Found(true));
    assertThat(table.find(key("a"))).contains(new Found(false));
    assertThat(table.find(new ChannelKey(new AppId("a.b"), new ChannelId("a")))).isEmpty();

    read(change("b", true), new ChannelTable.Change(key("a"), null));
    assertThat(table.ids(APP.value())).containsExactly("b");
    assertThat(table.size()).isEqualTo(1);
    assertThat(table.count(APP.value()::equals)).isEqualTo(1);

    table.clear();
    assertThat(table.size()).isZero();
    assertThat(table.position(0)).isEqualTo(-1);
  }

  @Test
  void what_others_write_takes_no_more_memory_than_it_may() {
    read(change("a", true), change("b", true), change("c", true), change("a", false));
    assertThat(table.size()).isEqualTo(2);
    assertThat(table.leftOut()).isEqualTo(1);
    assertThat(table.find(key("a"))).contains(new Found(false));
    assertThat(table.find(key("c"))).isEmpty();
  }

  @Test
  void records_with_other_keys_change_nothing() {
    try (FakeRegistry registry = new FakeRegistry();
        RegistryClient schemas =
            new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registry.url())))) {
      byte[] value =
          new AvroSerializer<Channel>(schemas)
              .serialize(TOPIC, new Channel(true, ChannelLog.LIVE_ACTIVITY, 1L, "ingest-1"));
      for (String key : List.of("", "com.example.news", "com.example.news/", "a b/c", "a/b/c")) {
        assertThat(decoded(schemas, key, value)).isEqualTo(new ChannelTable.Change(null, null));
      }
      assertThat(decoded(schemas, "com.example.news/Ab-_9", value))
          .isEqualTo(change("Ab-_9", true));
      assertThat(decoded(schemas, "com.example.news/Ab-_9", null))
          .isEqualTo(new ChannelTable.Change(key("Ab-_9"), null));
    }
  }

  private static ChannelTable.Change decoded(
      RegistryClient schemas, String key, byte @Nullable [] value) {
    return ChannelTable.change(
        new ConsumerRecord<>(TOPIC, 0, 0, key.getBytes(StandardCharsets.UTF_8), value),
        new AvroDeserializer<>(schemas, Channel.class));
  }
}
