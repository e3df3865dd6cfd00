/**
 * What a service can be told and what it was told. In come a catalogue of typed settings, a
 * properties file, the environment and the command line; out comes a {@link
 * dev.tidings.service.config.Config} whose every value is valid, or one {@link
 * dev.tidings.service.config.ConfigException} that names all the problems at once.
 */
@NullMarked
package dev.tidings.service.config;

import org.jspecify.annotations.NullMarked;
