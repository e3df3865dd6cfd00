package dev.tidings.confluent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.stack.LocalStack;
import dev.tidings.infra.stack.StackOptions;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.LogTopics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericData;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumWriter;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecordBuilder;
import org.apache.flink.avro.shaded.org.apache.avro.io.BinaryEncoder;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;
import org.apache.flink.avro.shaded.org.apache.avro.io.EncoderFactory;
import org.apache.flink.formats.avro.registry.confluent.ConfluentSchemaRegistryCoder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Confluent's own client and ours, each with what the other wrote, before the real registry.
 *
 * <p>Shows G49 of docs/guarantees.md.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConfluentClientInteropIT {
  private static final String TOPIC = LogTopics.NOTIFICATIONS.name();
  private static final String SUBJECT = LogTopics.NOTIFICATIONS.subject();
  private static final int CACHED = 100;

  private LocalStack stack;
  private RegistryClient ours;
  private CachedSchemaRegistryClient theirs;

  @BeforeAll
  void start(@TempDir Path data) throws Exception {
    stack = LocalStack.start(StackOptions.in(data));
    ours = new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, stack.registryUrl())));
    theirs = new CachedSchemaRegistryClient(stack.registryUrl(), CACHED);
  }

  @AfterAll
  void stop() throws Exception {
    if (theirs != null) {
      theirs.close();
    }
    if (ours != null) {
      ours.close();
    }
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  void it_reads_what_we_write() throws Exception {
    Notification notification = notification();
    ByteArrayInputStream in = new ByteArrayInputStream(write(notification));

    Schema writer = new ConfluentSchemaRegistryCoder(theirs).readSchema(in);
    GenericRecord read =
        new GenericDatumReader<GenericRecord>(writer)
            .read(null, DecoderFactory.get().directBinaryDecoder(in, null));

    assertThat(read.get("id")).hasToString(notification.getId());
    assertThat(read.get("app")).hasToString(notification.getApp());
    assertThat(read.get("payload")).isEqualTo(notification.getPayload());
    assertThat(read.get("expiration")).isNull();
    assertThat(in.available()).isZero();
  }

  @Test
  void we_read_what_it_writes() throws Exception {
    Notification notification = notification();
    Schema schema = new Schema.Parser().parse(Notification.getClassSchema().toString());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ConfluentSchemaRegistryCoder(SUBJECT, theirs).writeSchema(schema, out);

    encode(schema, record(schema, notification).build(), out);

    assertThat(read(out)).isEqualTo(notification);
    assertThat(out.toByteArray()).isEqualTo(write(notification));
  }

  @Test
  void we_read_what_was_written_with_a_schema_that_refers_to_another() throws Exception {
    String place =
        """
        {"type":"record","name":"Place","namespace":"com.example","fields":[{"name":"city","type":"string"}]}
        """;
    theirs.register("com.example.Place", new AvroSchema(place));
    String own = Notification.getClassSchema().toString();
    String text =
        own.substring(0, own.lastIndexOf("]}"))
            + ",{\"name\":\"place\",\"type\":\"com.example.Place\"}]}";
    AvroSchema refers =
        new AvroSchema(
            text,
            List.of(new SchemaReference("com.example.Place", "com.example.Place", 1)),
            Map.of("com.example.Place", place),
            null);
    int id = theirs.register("com.example.notification", refers);
    Schema schema = refers.rawSchema();
    Notification notification = notification();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0);
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
    GenericRecord where = new GenericData.Record(schema.getField("place").schema());
    where.put("city", "Köln");

    encode(schema, record(schema, notification).set("place", where).build(), out);

    assertThat(read(out)).isEqualTo(notification);
  }

  private static Notification notification() {
    return Notification.newBuilder()
        .setId(UUID.randomUUID().toString())
        .setApp("com.example.news")
        .setPayload(
            ByteBuffer.wrap("{\"aps\":{\"alert\":\"Grüße\"}}".getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  private static GenericRecordBuilder record(Schema schema, Notification notification) {
    return new GenericRecordBuilder(schema)
        .set("id", notification.getId())
        .set("app", notification.getApp())
        .set("payload", notification.getPayload());
  }

  private static void encode(Schema schema, GenericRecord record, ByteArrayOutputStream out)
      throws IOException {
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
  }

  private byte[] write(Notification notification) {
    try (AvroSerializer<Notification> serializer = new AvroSerializer<>(ours)) {
      return serializer.serialize(TOPIC, notification);
    }
  }

  private Notification read(ByteArrayOutputStream bytes) {
    try (RegistryClient fresh =
            new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, stack.registryUrl())));
        AvroDeserializer<Notification> deserializer =
            new AvroDeserializer<>(fresh, Notification.class)) {
      return deserializer.read(bytes.toByteArray());
    }
  }
}
