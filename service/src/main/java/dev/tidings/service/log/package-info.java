/**
 * Log output of limited rate. In: errors, any number of them. Out: as many log lines as a person
 * can read.
 */
@NullMarked
package dev.tidings.service.log;

import org.jspecify.annotations.NullMarked;
