/**
 * The JSON of answers, whichever interface gives them, and what is said of the JSON of requests.
 * In: the members of an object. Out: a response.
 */
@NullMarked
package dev.tidings.ingest.json;

import org.jspecify.annotations.NullMarked;
