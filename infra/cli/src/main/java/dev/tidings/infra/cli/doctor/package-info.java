/**
 * {@code ./tidings doctor}: looks at what a pipeline needs and at its parts, and changes nothing.
 * In: where everything is. Out: a line for each check.
 */
@NullMarked
package dev.tidings.infra.cli.doctor;

import org.jspecify.annotations.NullMarked;
