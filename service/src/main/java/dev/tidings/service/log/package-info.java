/**
 * Log output of limited rate. In: errors, any number of them, also of tasks that run again and
 * again. Out: as many log lines as a person can read.
 */
@NullMarked
package dev.tidings.service.log;

import org.jspecify.annotations.NullMarked;
