/**
 * How commands print: for people, in columns and in colour on a terminal; for programs, as JSON.
 * In: what a command has found. Out: lines.
 */
@NullMarked
package dev.tidings.infra.cli.output;

import org.jspecify.annotations.NullMarked;
