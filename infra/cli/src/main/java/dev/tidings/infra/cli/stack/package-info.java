/**
 * The commands that start the pipeline on this machine, and what such commands can be told. In:
 * arguments. Out: a running pipeline, and on standard output where it listens.
 */
@NullMarked
package dev.tidings.infra.cli.stack;

import org.jspecify.annotations.NullMarked;
