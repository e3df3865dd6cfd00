/**
 * Where the schema registries are, and what is shown to them. In: Confluent's properties. Out: URLs
 * without credentials, the credentials, whom to trust, and how long to try.
 */
@NullMarked
package dev.tidings.schemas.registry.config;

import org.jspecify.annotations.NullMarked;
