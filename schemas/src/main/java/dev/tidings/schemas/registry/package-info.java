/**
 * Avro in the Confluent wire format (magic 0, four-byte schema id, Avro binary). In: records. Out:
 * bytes; and the reverse. Property names are Confluent's, so that Confluent's own classes can be
 * used instead.
 */
@NullMarked
package dev.tidings.schemas.registry;

import org.jspecify.annotations.NullMarked;
