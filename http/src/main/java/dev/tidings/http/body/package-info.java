/**
 * Bodies of requests, collected whole. In: parts, as they arrive. Out: an array, within a limit for
 * each and one for all.
 */
@NullMarked
package dev.tidings.http.body;

import org.jspecify.annotations.NullMarked;
