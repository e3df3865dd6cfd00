/**
 * Whether a service can take work. In come named checks, and the word that it is about to stop; out
 * comes one answer for a load balancer, with the reason of each check that fails.
 */
@NullMarked
package dev.tidings.service.health;

import org.jspecify.annotations.NullMarked;
