/**
 * What is generated from the commands themselves: completions for shells, and man pages. In: the
 * model of the commands. Out: scripts and pages.
 */
@NullMarked
package dev.tidings.infra.cli.shell;

import org.jspecify.annotations.NullMarked;
