/**
 * What administrators may ask for over HTTP, one class for each kind of entry. In: requests that
 * are understood. Out: the operations, which decide with {@code control.decide} as the shell does.
 * A further kind is a further class.
 */
@NullMarked
package dev.tidings.ingest.admin.entry;

import org.jspecify.annotations.NullMarked;
