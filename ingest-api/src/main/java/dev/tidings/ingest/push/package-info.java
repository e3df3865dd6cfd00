/**
 * Apple's protocol over HTTP. In come requests for a push; out go answers in Apple's words, made of
 * what {@code request} and {@code accept} said. Runs in event loops, which never wait.
 */
@NullMarked
package dev.tidings.ingest.push;

import org.jspecify.annotations.NullMarked;
