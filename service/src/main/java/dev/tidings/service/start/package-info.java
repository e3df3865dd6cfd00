/**
 * Prerequisites of every service: a broker that answers, the topics of the catalogue, a registry
 * that knows their schemas.
 */
@NullMarked
package dev.tidings.service.start;

import org.jspecify.annotations.NullMarked;
