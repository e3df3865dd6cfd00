/**
 * The JSON of answers, whichever interface gives them. In: the members of an object. Out: a
 * response.
 */
@NullMarked
package dev.tidings.ingest.json;

import org.jspecify.annotations.NullMarked;
