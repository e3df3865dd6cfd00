/**
 * Avro in the Confluent wire format (magic 0, four-byte schema id, Avro binary), with the schemas
 * in a registry that speaks the Confluent Schema Registry REST API. In come records, out go bytes,
 * and the other way round. Property names are Confluent's, so that Confluent's own classes can be
 * set instead.
 */
@NullMarked
package dev.tidings.schemas.registry;

import org.jspecify.annotations.NullMarked;
