/**
 * Which provider a request comes from, where providers have to prove that. In: a request and its
 * connection, and the keys in the topic {@code control}. Out: what {@code auth.provider} decides,
 * for the answers of Apple's protocol and of the REST interface.
 */
@NullMarked
package dev.tidings.ingest.provider;

import org.jspecify.annotations.NullMarked;
