/** The command {@code tidings bench}. In: its arguments. Out: a table and a line of JSON. */
@NullMarked
package dev.tidings.bench.cli;

import org.jspecify.annotations.NullMarked;
