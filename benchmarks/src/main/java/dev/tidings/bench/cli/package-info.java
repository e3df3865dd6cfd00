/** The command {@code tidings bench}: in come its arguments, out go a table and a line of JSON. */
@NullMarked
package dev.tidings.bench.cli;

import org.jspecify.annotations.NullMarked;
