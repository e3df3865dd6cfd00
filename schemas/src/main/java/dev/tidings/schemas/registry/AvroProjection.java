package dev.tidings.schemas.registry;

import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.DatumReader;

/**
 * Reads a few fields of records in the Confluent wire format and skips the others: for scans of
 * many records that need little of each. For one thread at a time.
 */
public final class AvroProjection {
  private final RecordReader<IndexedRecord> records;

  /**
   * @param schema the schema of the records
   * @param fields names of its fields; they are read in this order
   */
  public AvroProjection(RegistryClient registry, Schema schema, String... fields) {
    this(registry::schema, schema, fields);
  }

  /** Returns a projection that waits for a registry for a second at most. */
  public static AvroProjection unlessAway(
      RegistryClient registry, Schema schema, String... fields) {
    return new AvroProjection(registry::schemaUnlessAway, schema, fields);
  }

  /**
   * Returns a projection that does not wait for a registry, and asks it rarely while it is away.
   */
  public static AvroProjection ifThere(RegistryClient registry, Schema schema, String... fields) {
    return new AvroProjection(registry::schemaIfThere, schema, fields);
  }

  /**
   * As {@link #ifThere(RegistryClient, Schema, String...)}, of records whose field is a list of
   * records, which comes last.
   *
   * @param list names the field
   * @param ofEach names fields of each record in the list
   */
  public static AvroProjection ifThere(
      RegistryClient registry,
      Schema schema,
      List<String> fields,
      String list,
      List<String> ofEach) {
    Schema.Field all = schema.getField(list);
    Schema each =
        projected(all.schema().getElementType(), wanted(all.schema().getElementType(), ofEach));
    List<Schema.Field> wanted = new ArrayList<>(wanted(schema, fields));
    wanted.add(new Schema.Field(all, Schema.createArray(each)));
    return new AvroProjection(registry::schemaIfThere, schema, projected(schema, wanted));
  }

  private AvroProjection(IntFunction<Schema> schemas, Schema schema, String... fields) {
    this(schemas, schema, projected(schema, wanted(schema, List.of(fields))));
  }

  private static List<Schema.Field> wanted(Schema schema, List<String> fields) {
    return fields.stream()
        .map(schema::getField)
        .map(field -> new Schema.Field(field, field.schema()))
        .toList();
  }

  private static Schema projected(Schema schema, List<Schema.Field> wanted) {
    return Schema.createRecord(
        schema.getName(), schema.getDoc(), schema.getNamespace(), schema.isError(), wanted);
  }

  private AvroProjection(IntFunction<Schema> schemas, Schema schema, Schema projected) {
    this.records =
        new RecordReader<>(
            schemas,
            schema,
            writer ->
                DirectReader.of(writer, projected, OwnKinds.GENERIC)
                    .<DatumReader<IndexedRecord>>map(reader -> reader)
                    .orElseGet(() -> new GenericDatumReader<>(writer, projected)));
  }

  /**
   * Reads the fields of one record, in the order given to the constructor.
   *
   * @throws UnreadableRecordException if the bytes are not such a record and never will be
   * @throws RegistryException.Unavailable if the writer's schema is not available at the moment
   */
  public IndexedRecord read(byte[] bytes) {
    return records.read(bytes);
  }
}
