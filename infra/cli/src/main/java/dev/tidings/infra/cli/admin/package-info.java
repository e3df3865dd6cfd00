/**
 * {@code ./tidings admin}: what administrators decide, written straight to Kafka. In: arguments.
 * Out: entries of {@code control}, each with a line in {@code audit}; private keys and secrets,
 * once.
 */
@NullMarked
package dev.tidings.infra.cli.admin;

import org.jspecify.annotations.NullMarked;
