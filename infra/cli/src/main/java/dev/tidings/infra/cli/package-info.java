/**
 * The command line.
 *
 * <p>In: arguments. Out: results on standard output, progress and errors on standard error, and an
 * exit code: 0 if all went well, 1 if something failed, 2 if the command was not understood, 3 if
 * topics differ from the catalogue.
 */
@NullMarked
package dev.tidings.infra.cli;

import org.jspecify.annotations.NullMarked;
