package dev.tidings.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Registration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.Test;

final class DirectReaderTest {
  private static final long SEED = 30_11;

  private final BoundedDecoder decoder = new BoundedDecoder();

  @Test
  void what_is_wanted_is_read_as_avros_own_reader_reads_it_whatever_is_around_it()
      throws IOException {
    Schema wanted =
        SchemaBuilder.record("Everything")
            .fields()
            .name("items")
            .type()
            .array()
            .items(
                SchemaBuilder.record("Item")
                    .fields()
                    .optionalString("why")
                    .requiredLong("at")
                    .endRecord())
            .noDefault()
            .requiredString("last")
            .name("state")
            .type(everything().getField("state").schema())
            .noDefault()
            .optionalLong("count")
            .endRecord();

    compare(everything(), wanted, 300);
  }

  @Test
  void records_of_ours_are_read_so() throws IOException {
    compare(Receipt.getClassSchema(), some(Receipt.getClassSchema(), "outcome", "app"), 100);
    compare(
        Notification.getClassSchema(),
        some(Notification.getClassSchema(), "device", "acceptedAt", "id"),
        100);
  }

  @Test
  void all_of_a_record_of_ours_is_read_so() throws IOException {
    all(Notification.getClassSchema());
    all(Registration.getClassSchema());
    all(Delivery.getClassSchema());
    all(Receipt.getClassSchema());
  }

  private void all(Schema schema) throws IOException {
    DatumReader<SpecificRecord> reader =
        DirectReader.of(schema, schema, OwnKinds.GENERATED)
            .<DatumReader<SpecificRecord>>map(found -> found)
            .orElseThrow();
    DatumReader<SpecificRecord> avros =
        new SpecificDatumReader<>(schema, schema, OwnRecords.INSTANCE);
    for (Object each : new RandomData(schema, 100, SEED)) {
      byte[] bytes = bytes(schema, (GenericRecord) each);

      decoder.reset(bytes, 0, bytes.length);
      SpecificRecord expected = avros.read(null, decoder);
      decoder.reset(bytes, 0, bytes.length);

      assertThat(reader.read(null, decoder)).isEqualTo(expected);
      assertThat(decoder.isEnd()).isTrue();
    }
  }

  @Test
  void what_the_writer_has_otherwise_is_left_to_avros_own_reader() {
    Schema wanted = SchemaBuilder.record("R").fields().requiredLong("at").endRecord();
    Schema asInt = SchemaBuilder.record("R").fields().requiredInt("at").endRecord();
    Schema missing = SchemaBuilder.record("R").fields().requiredString("other").endRecord();
    Schema recursive =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"R","fields":[{"name":"at","type":"long"},
                 {"name":"next","type":["null","R"]}]}\
                """);
    Schema states = Schema.createEnum("State", null, null, List.of("A", "B"));
    Schema otherStates = Schema.createEnum("State", null, null, List.of("B", "A"));

    assertThat(of(wanted, wanted)).isPresent();
    assertThat(of(asInt, wanted)).isEmpty();
    assertThat(of(missing, wanted)).isEmpty();
    assertThat(of(recursive, wanted)).isEmpty();
    assertThat(of(Schema.create(Schema.Type.LONG), wanted)).isEmpty();
    assertThat(of(withState(otherStates), withState(states))).isEmpty();
    assertThat(of(withState(states), withState(states))).isPresent();
  }

  @Test
  void a_type_that_a_union_does_not_have_is_no_value() throws IOException {
    Schema writer =
        SchemaBuilder.record("R").fields().optionalLong("at").optionalLong("other").endRecord();

    for (String wanted : List.of("at", "other")) {
      DatumReader<IndexedRecord> reader = of(writer, some(writer, wanted)).orElseThrow();
      for (byte[] bytes : List.of(new byte[] {4, 0, 0}, new byte[] {1, 0, 0})) {
        decoder.reset(bytes, 0, bytes.length);
        assertThatThrownBy(() -> reader.read(null, decoder)).isInstanceOf(IOException.class);
      }
    }
  }

  private void compare(Schema writer, Schema wanted, int times) throws IOException {
    DatumReader<IndexedRecord> reader = of(writer, wanted).orElseThrow();
    DatumReader<IndexedRecord> avros = new GenericDatumReader<>(writer, wanted);
    for (Object each : new RandomData(writer, times, SEED)) {
      byte[] bytes = bytes(writer, (GenericRecord) each);

      decoder.reset(bytes, 0, bytes.length);
      IndexedRecord expected = avros.read(null, decoder);
      decoder.reset(bytes, 0, bytes.length);
      IndexedRecord read = reader.read(null, decoder);

      assertThat(decoder.isEnd()).isTrue();
      assertThat(read).hasToString(expected.toString());
    }
  }

  private static Optional<DirectReader<IndexedRecord>> of(Schema writer, Schema wanted) {
    return DirectReader.of(writer, wanted, OwnKinds.GENERIC);
  }

  private static byte[] bytes(Schema schema, GenericRecord record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static Schema withState(Schema states) {
    return SchemaBuilder.record("R").fields().name("state").type(states).noDefault().endRecord();
  }

  private static Schema some(Schema schema, String... fields) {
    List<Schema.Field> wanted =
        List.of(fields).stream()
            .map(schema::getField)
            .map(field -> new Schema.Field(field, field.schema()))
            .toList();
    return Schema.createRecord(schema.getName(), null, schema.getNamespace(), false, wanted);
  }

  /** A record with a field of each type. */
  private static Schema everything() {
    Schema item =
        SchemaBuilder.record("Item")
            .fields()
            .requiredString("name")
            .requiredLong("at")
            .optionalString("why")
            .requiredBytes("body")
            .endRecord();
    Schema union =
        Schema.createUnion(
            List.of(
                Schema.create(Schema.Type.NULL),
                Schema.create(Schema.Type.INT),
                Schema.createMap(Schema.create(Schema.Type.DOUBLE)),
                Schema.createFixed("Hash", null, null, 16)));
    return SchemaBuilder.record("Everything")
        .fields()
        .requiredBoolean("flag")
        .requiredInt("small")
        .requiredFloat("single")
        .requiredDouble("double")
        .optionalLong("count")
        .name("items")
        .type(Schema.createArray(item))
        .noDefault()
        .name("union")
        .type(union)
        .noDefault()
        .name("state")
        .type(Schema.createEnum("State", null, null, List.of("NEW", "OLD")))
        .noDefault()
        .name("bodies")
        .type(Schema.createMap(Schema.createArray(Schema.create(Schema.Type.BYTES))))
        .noDefault()
        .requiredString("last")
        .name("inner")
        .type(SchemaBuilder.record("Inner").fields().requiredString("text").endRecord())
        .noDefault()
        .endRecord();
  }
}
