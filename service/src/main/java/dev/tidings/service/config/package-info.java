/**
 * Configuration of a service. In: a catalogue of typed settings, a properties file, the environment
 * and the command line. Out: a {@link dev.tidings.service.config.Config} in which every value is
 * valid, or one {@link dev.tidings.service.config.ConfigException} that names all problems at once.
 */
@NullMarked
package dev.tidings.service.config;

import org.jspecify.annotations.NullMarked;
