/** HTTP/1.1 (RFC 9112). In: bytes of a connection. Out: exchanges, and their responses as bytes. */
@NullMarked
package dev.tidings.http.http1;

import org.jspecify.annotations.NullMarked;
