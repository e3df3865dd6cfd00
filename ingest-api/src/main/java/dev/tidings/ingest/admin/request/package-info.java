/**
 * Requests of administrators and their answers. In: a path, a query, a JSON object. Out: values of
 * their types, or a problem that names the field, its value and what was expected; and the JSON of
 * the answer.
 */
@NullMarked
package dev.tidings.ingest.admin.request;

import org.jspecify.annotations.NullMarked;
