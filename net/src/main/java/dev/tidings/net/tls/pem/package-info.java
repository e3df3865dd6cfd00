/**
 * Keys, certificates and revocation lists in PEM files. In: the files. Out: what is read from them,
 * or why it cannot be used.
 */
@NullMarked
package dev.tidings.net.tls.pem;

import org.jspecify.annotations.NullMarked;
