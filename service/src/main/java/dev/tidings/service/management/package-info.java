/**
 * The port for those who run a service, not for those who use it. In come HTTP requests of a
 * Prometheus server, an orchestrator or a person; out go metrics and health.
 */
@NullMarked
package dev.tidings.service.management;

import org.jspecify.annotations.NullMarked;
