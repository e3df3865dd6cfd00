/**
 * The schemas, from a registry that speaks the Confluent Schema Registry REST API. In: an id, or a
 * subject and a schema. Out: the schema, or its id, from memory, from one of the registries, or
 * from the files of an earlier run.
 */
@NullMarked
package dev.tidings.schemas.registry.client;

import org.jspecify.annotations.NullMarked;
