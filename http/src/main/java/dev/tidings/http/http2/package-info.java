/** HTTP/2 (RFC 9113). In: bytes of a connection. Out: exchanges, and their responses as bytes. */
@NullMarked
package dev.tidings.http.http2;

import org.jspecify.annotations.NullMarked;
