/**
 * What every service needs before it can work: a broker that answers, the topics of the catalogue,
 * a registry that knows their schemas.
 */
@NullMarked
package dev.tidings.schemas.start;

import org.jspecify.annotations.NullMarked;
