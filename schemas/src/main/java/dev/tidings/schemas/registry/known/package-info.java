/**
 * What a process knows of the ids of schemas, whatever a registry says of them later. In: an id,
 * and the schema that a registry has given. Out: the schema that the log's records with this id
 * were written with, and what contradicts it.
 */
@NullMarked
package dev.tidings.schemas.registry.known;

import org.jspecify.annotations.NullMarked;
