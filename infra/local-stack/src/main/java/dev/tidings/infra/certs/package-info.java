/**
 * Certificates for development. In: a directory, and the names that servers are reached by. Out: a
 * CA for clients to trust and one server certificate with its key, as PEM files.
 */
@NullMarked
package dev.tidings.infra.certs;

import org.jspecify.annotations.NullMarked;
