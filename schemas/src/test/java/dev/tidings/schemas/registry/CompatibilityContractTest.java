package dev.tidings.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Today's schemas against the last released ones ({@code released/v1}), both ways: new services
 * read what old ones wrote, and old ones, during an upgrade, what new ones write. A released schema
 * is never edited; the next release adds a directory.
 */
final class CompatibilityContractTest {
  private static final String RELEASED = "/released/v1/";

  static List<LogTopic<?>> topics() {
    return LogTopics.all().stream().filter(topic -> topic.schema().isPresent()).toList();
  }

  static List<Samples<?>> samples() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void the_new_reads_the_old(LogTopic<?> topic) throws IOException {
    assertReads(topic.schema().orElseThrow(), released(topic));
  }

  @ParameterizedTest
  @MethodSource("topics")
  void the_old_reads_the_new(LogTopic<?> topic) throws IOException {
    assertReads(released(topic), topic.schema().orElseThrow());
  }

  @ParameterizedTest
  @MethodSource("samples")
  <V extends SpecificRecord> void bytes_written_by_the_release_are_read_by_today(Samples<V> sample)
      throws IOException {
    // The golden bytes were written with the released schema, and stay as they are.
    SpecificDatumReader<V> reader =
        new SpecificDatumReader<>(
            released(sample.topic()), sample.topic().schema().orElseThrow(), OwnRecords.INSTANCE);
    byte[] bytes = HexFormat.of().parseHex(sample.hex());

    V read = reader.read(null, DecoderFactory.get().binaryDecoder(bytes, null));

    assertThat(read).isEqualTo(sample.record());
  }

  @ParameterizedTest
  @MethodSource("samples")
  <V extends SpecificRecord> void bytes_written_today_are_read_by_the_release(Samples<V> sample)
      throws IOException {
    Schema today = sample.topic().schema().orElseThrow();
    Schema released = released(sample.topic());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<V>(today, OwnRecords.INSTANCE).write(sample.record(), encoder);
    encoder.flush();

    GenericRecord read =
        new GenericDatumReader<GenericRecord>(today, released, withTimes())
            .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));

    for (Schema.Field field : released.getFields()) {
      Schema.Field now = today.getField(field.name());
      if (now != null) {
        assertThat(String.valueOf(read.get(field.pos())))
            .as(field.name())
            .isEqualTo(String.valueOf(sample.record().get(now.pos())));
      }
    }
  }

  private static GenericData withTimes() {
    GenericData data = new GenericData();
    data.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    return data;
  }

  @Test
  void every_topic_with_a_schema_has_a_released_one() throws IOException {
    for (LogTopic<?> topic : topics()) {
      assertThat(released(topic).getFullName())
          .isEqualTo(topic.schema().orElseThrow().getFullName());
    }
  }

  private static void assertReads(Schema reader, Schema writer) {
    SchemaCompatibility.SchemaPairCompatibility found =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    assertThat(found.getType())
        .as(() -> found.getResult().getIncompatibilities().toString())
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }

  private static Schema released(LogTopic<?> topic) throws IOException {
    String name = RELEASED + topic.subject() + ".avsc";
    try (InputStream in = CompatibilityContractTest.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return new Schema.Parser().parse(in);
    }
  }
}
